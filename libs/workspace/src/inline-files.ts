import { closest } from '@waymark/customer-context';
import type { LocatedDocument } from './located-document.js';
import type { Finding } from './workspace-error.js';

const CONTENT_KEYS = ['mjml', 'html', 'text', 'body'];
const REFERENCE = /^\.{1,2}\/[^\n]+$/;

/** A template may keep its content in a file of its own, `mjml: ./cart.mjml`: it is taken in here. */
export function inlineFiles(
  kind: string,
  document: LocatedDocument,
  texts: ReadonlyMap<string, string>,
): { value: unknown; findings: Finding[] } {
  const findings: Finding[] = [];
  if (kind !== 'template') return { value: document.value, findings };
  const value = { ...(document.value as Record<string, unknown>) };
  for (const key of CONTENT_KEYS) {
    const reference = value[key];
    if (typeof reference !== 'string' || !REFERENCE.test(reference)) continue;
    const path = resolvePath(document.file, reference);
    const text = texts.get(path);
    if (text !== undefined) value[key] = text;
    else findings.push(missing(key, reference, path, texts));
  }
  return { value, findings };
}

function missing(key: string, reference: string, path: string, texts: ReadonlyMap<string, string>): Finding {
  const suggestion = closest(path, texts.keys());
  return {
    path: [key],
    code: 'UNKNOWN_REFERENCE',
    message: `there is no file ${reference}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`,
    suggestion,
  };
}

/** A path relative to the file that names it; `/` and `\` are both folders. */
function resolvePath(from: string, reference: string): string {
  const parts = from.replaceAll('\\', '/').split('/').slice(0, -1);
  for (const part of reference.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

import { closest } from '@waymark/customer-context';
import type { z } from 'zod';
import type { Finding, Path } from './workspace-error.js';

type Issue = z.core.$ZodIssue;

/** zod's issues as findings in words: the key that is wrong, what it is, what would be right. */
export function schemaFindings(issues: readonly Issue[], value: unknown, knownKeysAt: (path: Path) => string[]): Finding[] {
  return issues.flatMap((issue) => finding(issue, value, knownKeysAt));
}

function finding(issue: Issue, value: unknown, knownKeysAt: (path: Path) => string[]): Finding[] {
  const path = issue.path as Path;
  const name = path.length === 0 ? 'the resource' : `"${path.join('.')}"`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const suggestion = closest(key, knownKeysAt(path));
      const hint = suggestion === undefined ? `known keys are ${knownKeysAt(path).join(', ')}` : `did you mean "${suggestion}"?`;
      return { path: [...path, key], atKey: true, code: 'UNKNOWN_KEY', message: `"${key}" is not a key of ${name}; ${hint}`, suggestion };
    });
  }
  if (issue.code === 'invalid_union') return unionFinding(issue, value, knownKeysAt);
  if (valueAt(value, path) === undefined) {
    return [{ path, code: 'MISSING', message: `${name} is missing: ${words(issue)}` }];
  }
  return [{ path, code: 'INVALID_VALUE', message: `${name} is ${shown(valueAt(value, path))}: ${words(issue)}` }];
}

/** Of the alternatives, the one that fits best is explained. */
function unionFinding(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown, knownKeysAt: (path: Path) => string[]): Finding[] {
  const at = issue.path as Path;
  const alternatives = issue.errors.filter((errors) => errors.length > 0).sort((a, b) => weight(a) - weight(b));
  const best = alternatives[0];
  if (!best) return [{ path: at, code: 'INVALID_VALUE', message: `"${at.join('.')}" is ${shown(valueAt(value, at))}: ${issue.message}` }];
  return best.flatMap((inner) => finding({ ...inner, path: [...at, ...inner.path] } as Issue, value, knownKeysAt));
}

/** A wrong type altogether is further off than a wrong key. */
function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.path.length === 0 && issue.code !== 'unrecognized_keys' ? 10 : 1), 0);
}

function words(issue: Issue): string {
  if (issue.code === 'invalid_value') return `it must be ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'invalid_type') return `it must be ${article(issue.expected)}`;
  return issue.message;
}

function article(type: string): string {
  const names: Record<string, string> = { string: 'a text', number: 'a number', object: 'a group of keys', record: 'a group of keys', array: 'a list', boolean: 'true or false' };
  return names[type] ?? type;
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[String(part)] : undefined), value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

import { RESOURCE_SCHEMAS, scenarioSchema, type Resource, type ResourceKind, type Scenario } from '@waymark/contracts';
import { closest } from '@waymark/customer-context';
import type { z } from 'zod';
import { inlineFiles } from './inline-files.js';
import { knownKeysAt } from './known-keys.js';
import { LocatedDocument } from './located-document.js';
import { schemaFindings } from './schema-findings.js';
import type { Finding, WorkspaceError } from './workspace-error.js';

export interface WorkspaceFile {
  path: string;
  text: string;
}

/** A resource with the document it came from, so that later findings find their line. */
export interface LocatedResource {
  resource: Resource;
  document: LocatedDocument;
}

export interface ParsedFiles {
  resources: LocatedResource[];
  scenarios: { scenario: Scenario; file: string }[];
  /** `kind/id` of what is there and has mistakes of its own: to refer to it is no further mistake. */
  faulty: ReadonlySet<string>;
  errors: WorkspaceError[];
}

const SCHEMAS: Record<string, z.ZodType> = { ...RESOURCE_SCHEMAS, scenario: scenarioSchema };
const KINDS = Object.keys(SCHEMAS);

/** Reads the YAML and JSON files among `files`: syntax, kinds, shapes. Other files are there to be referred to. */
export function parseFiles(files: readonly WorkspaceFile[]): ParsedFiles {
  const faulty = new Set<string>();
  const parsed: ParsedFiles & { faulty: Set<string> } = { resources: [], scenarios: [], faulty, errors: [] };
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const { path, text } of files) {
    if (!/\.(ya?ml|json)$/.test(path)) continue;
    const documents = LocatedDocument.parse(path, text);
    if (documents.every(({ isEmpty }) => isEmpty)) parsed.errors.push(empty(path));
    for (const document of documents) parseDocument(document, texts, parsed);
  }
  return parsed;
}

/** What is missing from a workspace is deleted when it is applied, so a file cut down to nothing must not pass for valid. */
function empty(file: string): WorkspaceError {
  const message = 'the file has no resource in it: it needs kind and id, or it should be removed';
  return { file, line: 1, column: 1, code: 'MISSING', path: '', message };
}

function parseDocument(
  document: LocatedDocument,
  texts: ReadonlyMap<string, string>,
  into: ParsedFiles & { faulty: Set<string> },
): void {
  if (document.isEmpty) return;
  const syntax = document.syntaxErrors();
  if (syntax.length > 0) return void into.errors.push(...syntax);
  const kind = kindOf(document.value);
  if (typeof kind !== 'string') return void into.errors.push(document.error(kind));
  const { value, findings } = inlineFiles(kind, document, texts);
  const schema = SCHEMAS[kind]!;
  const result = schema.safeParse(value);
  if (!result.success) findings.push(...schemaFindings(result.error.issues, value, knownKeysAt(schema, value)));
  into.errors.push(...findings.map((finding) => document.error(finding)));
  if (!result.success || findings.length > 0)
    return void into.faulty.add(`${kind}/${String((value as { id?: unknown }).id)}`);
  if (kind === 'scenario') into.scenarios.push({ scenario: result.data as Scenario, file: document.file });
  else into.resources.push({ resource: result.data as Resource, document });
}

function kindOf(value: unknown): ResourceKind | 'scenario' | Finding {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (kind === undefined)
    return { path: [], code: 'UNKNOWN_KIND', message: `a resource begins with its kind: ${KINDS.join(', ')}` };
  if (typeof kind === 'string' && Object.hasOwn(SCHEMAS, kind)) return kind as ResourceKind;
  const given = typeof kind === 'string' ? kind : JSON.stringify(kind);
  const suggestion = closest(given, KINDS);
  const hint = suggestion === undefined ? `this version knows ${KINDS.join(', ')}` : `did you mean "${suggestion}"?`;
  return { path: ['kind'], code: 'UNKNOWN_KIND', message: `"${given}" is not a kind; ${hint}`, suggestion };
}

import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import type { Finding, Path, WorkspaceError } from './workspace-error.js';

/** How often aliases may repeat a part of a document. */
const ALIASES_MAX = 100;

/** A YAML or JSON document that knows where each of its values stands. */
export class LocatedDocument {
  readonly file: string;
  readonly value: unknown;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #unreadable: string | undefined;

  private constructor(file: string, document: Document.Parsed, lines: LineCounter) {
    this.file = file;
    this.#document = document;
    this.#lines = lines;
    const read = document.errors.length > 0 ? {} : readValue(document);
    this.value = read.value;
    this.#unreadable = read.unreadable;
  }

  /** Whether there is nothing in it but comments. */
  get isEmpty(): boolean {
    return this.#document.contents === null && this.#document.errors.length === 0;
  }

  /** The documents of a file; most files have one. */
  static parse(file: string, text: string): LocatedDocument[] {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
    if ('empty' in documents) return [];
    return documents.map((document) => new LocatedDocument(file, document, lines));
  }

  /** What is wrong with the text itself. */
  syntaxErrors(): WorkspaceError[] {
    const found = this.#document.errors.map(({ message, pos }) => ({ message, at: pos[0] }));
    if (this.#unreadable !== undefined) found.push({ message: this.#unreadable, at: 0 });
    return found.map(({ message, at }) => ({
      file: this.file,
      ...this.#place(at),
      code: 'SYNTAX',
      path: '',
      message: `not valid YAML: ${message}`,
    }));
  }

  /** A finding as an error of this file. */
  error({ path, atKey, code, message, suggestion, column }: Finding): WorkspaceError {
    const place = this.#place(this.#offsetOf(path, atKey ?? false) + (this.#isOneLine(path) ? (column ?? 0) : 0));
    return {
      file: this.file,
      ...place,
      code,
      path: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      message,
      suggestion,
    };
  }

  /** Where a path stands; what is not there stands where the nearest part of it does. */
  #offsetOf(path: Path, atKey: boolean): number {
    let node: unknown = this.#document.contents;
    let offset = startOf(node) ?? 0;
    for (const [depth, part] of path.entries()) {
      const { key, value } = childOf(node, part);
      if (key === undefined && value === undefined) return offset;
      offset = startOf(key) ?? offset;
      if (atKey && depth === path.length - 1 && key !== undefined) return offset;
      offset = startOf(value) ?? offset;
      node = value;
    }
    return offset;
  }

  /** In a text of several lines, folded or indented, a column counted in its value says nothing of the file. */
  #isOneLine(path: Path): boolean {
    const node: unknown = this.#document.getIn(path, true);
    return (
      isScalar(node) &&
      node.type !== 'BLOCK_FOLDED' &&
      node.type !== 'BLOCK_LITERAL' &&
      !(node.source ?? '').includes('\n')
    );
  }

  #place(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

/** A value, or why there is none: aliases that would unfold into something huge. */
function readValue(document: Document.Parsed): { value?: unknown; unreadable?: string } {
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES_MAX }) };
  } catch (error) {
    if (error instanceof ReferenceError) return { unreadable: error.message };
    throw error;
  }
}

/** The part of a node, with its key when the node is a group of keys. */
function childOf(node: unknown, part: string | number): { key?: unknown; value?: unknown } {
  if (isSeq(node)) return { value: node.items[Number(part)] };
  if (!isMap(node)) return {};
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
  return pair ? { key: pair.key, value: pair.value } : {};
}

/** Where a node begins; a quoted text begins one character later. */
function startOf(node: unknown): number | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const isQuoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
  return node.range[0] + (isQuoted ? 1 : 0);
}

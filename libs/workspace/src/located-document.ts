import { isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import type { Finding, Path, WorkspaceError } from './workspace-error.js';

/** A YAML or JSON document that knows where each of its values stands. */
export class LocatedDocument {
  readonly file: string;
  readonly value: unknown;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  private constructor(file: string, document: Document.Parsed, lines: LineCounter) {
    this.file = file;
    this.#document = document;
    this.#lines = lines;
    this.value = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
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
    return this.#document.errors.map((error) => ({
      file: this.file,
      ...this.#place(error.pos[0]),
      code: 'SYNTAX',
      path: '',
      message: `not valid YAML: ${error.message}`,
    }));
  }

  /** A finding as an error of this file. */
  error({ path, atKey, code, message, suggestion, column }: Finding): WorkspaceError {
    const offset = this.#offsetOf(path, atKey ?? false);
    const place = this.#place(offset + (column ?? 0));
    return { file: this.file, ...place, code, path: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''), message, suggestion };
  }

  /** Where a path stands; what is not there stands where the nearest part of it does. */
  #offsetOf(path: Path, atKey: boolean): number {
    let node: Node | null | undefined = this.#document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, part] of path.entries()) {
      const isLast = depth === path.length - 1;
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
        if (!pair) return offset;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value as Node | null;
        if (isLast && atKey) return offset;
      } else if (isSeq(node)) {
        node = node.items[Number(part)] as Node | undefined;
      } else {
        return offset;
      }
      if (node?.range) offset = node.range[0] + quoteLength(node);
    }
    return offset;
  }

  #place(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

/** A quoted text begins one character after its node. */
function quoteLength(node: Node): number {
  return isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') ? 1 : 0;
}

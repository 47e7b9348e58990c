import { WaymarkError, type Content } from '@waymark/contracts';
import { compileContent, type CompiledContent } from './compile-content.js';

const ENTRIES_MAX = 2_000;

type Outcome = CompiledContent | WaymarkError;

/** The content that one batch asked for, compiled: nothing that other batches ask for takes it away. */
export interface RequiredContent {
  /** Throws what is wrong with the content. */
  get(content: Content): CompiledContent;
}

/** Content written in place in a journey, compiled once for each text; what was asked for longest ago is forgotten first. */
export class ContentCache {
  /** In order of use: a Map keeps the order of insertion, and use inserts anew. */
  readonly #compiled = new Map<string, Outcome>();

  /** How many texts are kept. */
  get size(): number {
    return this.#compiled.size;
  }

  async require(contents: readonly Content[]): Promise<RequiredContent> {
    const required = new Map<string, Outcome>();
    for (const content of contents) {
      const key = JSON.stringify(content);
      const outcome = required.get(key) ?? this.#compiled.get(key) ?? (await compiledOrError(content));
      required.set(key, outcome);
      this.#compiled.delete(key);
      this.#compiled.set(key, outcome);
    }
    for (const oldest of this.#compiled.keys()) {
      if (this.#compiled.size <= ENTRIES_MAX) break;
      this.#compiled.delete(oldest);
    }
    return { get: (content) => compiledOf(required, content) };
  }
}

function compiledOf(required: ReadonlyMap<string, Outcome>, content: Content): CompiledContent {
  const found = required.get(JSON.stringify(content));
  if (!found) throw new WaymarkError('DEFECT', 'content was not compiled before it was rendered');
  if (found instanceof WaymarkError) throw found;
  return found;
}

async function compiledOrError(content: Content): Promise<Outcome> {
  try {
    return await compileContent(content);
  } catch (error) {
    if (error instanceof WaymarkError) return error;
    throw error;
  }
}

import { WaymarkError, type Content } from '@waymark/contracts';
import { compileContent, type CompiledContent } from './compile-content.js';

const ENTRIES_MAX = 2_000;

/** Content written in place in a journey, compiled once for each text; the oldest is forgotten first. */
export class ContentCache {
  readonly #compiled = new Map<string, CompiledContent | WaymarkError>();

  async require(contents: readonly Content[]): Promise<void> {
    for (const content of contents) {
      const key = JSON.stringify(content);
      if (!this.#compiled.has(key)) this.#compiled.set(key, await compiledOrError(content));
    }
    for (const oldest of this.#compiled.keys()) {
      if (this.#compiled.size <= ENTRIES_MAX) break;
      this.#compiled.delete(oldest);
    }
  }

  /** Compiled content that was required before. Throws what is wrong with it. */
  get(content: Content): CompiledContent {
    const found = this.#compiled.get(JSON.stringify(content));
    if (!found) throw new WaymarkError('DEFECT', 'content was not compiled before it was rendered');
    if (found instanceof WaymarkError) throw found;
    return found;
  }
}

async function compiledOrError(content: Content): Promise<CompiledContent | WaymarkError> {
  try {
    return await compileContent(content);
  } catch (error) {
    if (error instanceof WaymarkError) return error;
    throw error;
  }
}

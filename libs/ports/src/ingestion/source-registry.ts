import type { SourceId } from '@waymark/contracts';

/** Somebody who may send events. The write key itself is not kept, only its SHA-256. */
export interface Source {
  id: SourceId;
  name: string;
  /** Hex SHA-256 of the write key. */
  keyHash: string;
  createdAt: string;
}

export interface SourceRegistry {
  list(): Promise<Source[]>;
  /** Adds or replaces a source by its id. */
  put(source: Source): Promise<void>;
  /** The source whose write key has this hash. */
  byKeyHash(keyHash: string): Promise<Source | undefined>;
}

export class MemorySourceRegistry implements SourceRegistry {
  readonly #sources = new Map<SourceId, Source>();

  async list(): Promise<Source[]> {
    return [...this.#sources.values()];
  }

  async put(source: Source): Promise<void> {
    this.#sources.set(source.id, source);
  }

  async byKeyHash(keyHash: string): Promise<Source | undefined> {
    return [...this.#sources.values()].find((source) => source.keyHash === keyHash);
  }
}

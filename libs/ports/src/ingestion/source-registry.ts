import { WaymarkError, type SourceId } from '@waymark/contracts';

/** Somebody who may send events. The write key itself is not kept, only its SHA-256. */
export interface Source {
  id: SourceId;
  name: string;
  /** Hex SHA-256 of the write key. */
  keyHash: string;
  createdAt: string;
}

export interface SourceRegistry {
  /** All sources, by id. */
  list(): Promise<Source[]>;
  /** Adds or replaces a source by its id. Rejects with STATE_CONFLICT when another source has its write key. */
  put(source: Source): Promise<void>;
  /** The source whose write key has this hash. */
  byKeyHash(keyHash: string): Promise<Source | undefined>;
}

export class MemorySourceRegistry implements SourceRegistry {
  readonly #sources = new Map<SourceId, Source>();

  async list(): Promise<Source[]> {
    return [...this.#sources.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async put(source: Source): Promise<void> {
    const other = await this.byKeyHash(source.keyHash);
    if (other && other.id !== source.id)
      throw new WaymarkError('STATE_CONFLICT', `the source "${other.id}" has this write key`);
    this.#sources.set(source.id, source);
  }

  async byKeyHash(keyHash: string): Promise<Source | undefined> {
    return [...this.#sources.values()].find((source) => source.keyHash === keyHash);
  }
}

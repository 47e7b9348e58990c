import type { Source, SourceRegistry } from '@waymark/ports';
import type { Repository } from 'typeorm';
import { classified } from '../classify-error.js';
import type { Database } from '../database.js';
import { sourceEntity } from './source-entity.js';

export class PostgresSourceRegistry implements SourceRegistry {
  readonly #sources: Repository<Source>;

  constructor({ dataSource }: Database) {
    this.#sources = dataSource.getRepository(sourceEntity);
  }

  list(): Promise<Source[]> {
    return classified(() => this.#sources.find({ order: { id: 'ASC' } }));
  }

  async put(source: Source): Promise<void> {
    await classified(() => this.#sources.upsert(source, ['id']));
  }

  async byKeyHash(keyHash: string): Promise<Source | undefined> {
    return (await classified(() => this.#sources.findOneBy({ keyHash }))) ?? undefined;
  }
}

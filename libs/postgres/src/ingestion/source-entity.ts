import type { Source } from '@waymark/ports';
import { EntitySchema } from 'typeorm';

/** Sources and the hashes of their write keys: few rows, changed by people. */
export const sourceEntity = new EntitySchema<Source>({
  name: 'source',
  schema: 'ingestion',
  tableName: 'sources',
  columns: {
    id: { type: 'text', primary: true },
    name: { type: 'text' },
    keyHash: { type: 'text', name: 'key_hash', unique: true },
    createdAt: { type: 'text', name: 'created_at' },
  },
});

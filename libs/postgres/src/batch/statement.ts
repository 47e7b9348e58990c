import { WaymarkError } from '@waymark/contracts';
import type { Queryable } from '../database.js';
import { boundValues } from './bound-values.js';

/** One statement of the hot path, prepared once a connection. */
export interface Statement {
  text: string;
  values: unknown[];
  /** How many rows of what it must write: fewer means that one was changed by somebody else meanwhile, or is gone. */
  writes?: { rows: number; of: string };
}

const names = new Map<string, string>();

/** A statement as the driver takes it: one name for each text. */
export function prepared({ text, values }: Statement): { name: string; text: string; values: unknown[] } {
  let name = names.get(text);
  if (!name) names.set(text, (name = `waymark_${names.size}`));
  return { name, text, values: boundValues(values) };
}

/** Sends a statement; resolves with the number of rows. Rejects with STATE_CONFLICT when it has not written all it must. */
export async function execute(tx: Queryable, statement: Statement): Promise<number> {
  const { rowCount } = await tx.query(prepared(statement));
  const written = rowCount ?? 0;
  const { writes } = statement;
  if (writes && written < writes.rows) {
    const missing = writes.rows - written;
    const text = `${missing} ${writes.of} row(s) were changed by another partition meanwhile, or are gone`;
    throw new WaymarkError('STATE_CONFLICT', text);
  }
  return written;
}

import { WaymarkError } from '@waymark/contracts';
import { classified } from './classify-error.js';
import type { Database } from './database.js';

/** Which log it is whose offsets a database holds. */
export interface LogIdentity {
  /** `postgres`, or `kafka` and the prefix of its topics. */
  name: string;
  partitions: number;
}

/** The log that a database belongs to; undefined before any process has used it. */
export async function logOf({ pool }: Pick<Database, 'pool'>): Promise<LogIdentity | undefined> {
  const { rows } = await classified(() => pool.query<LogIdentity>('select name, partitions from runtime.log'));
  return rows[0];
}

/**
 * Makes a database one log's for good; resolves with the id of the system whose database it is, by which what it keeps
 * elsewhere is told from another's. Rejects with INVALID_CONFIGURATION when it is another's: its offsets mean nothing
 * there, and every record would be processed again, or none.
 */
export async function claimLog(database: Pick<Database, 'pool'>, { name, partitions }: LogIdentity): Promise<string> {
  const insert = 'insert into runtime.log (name, partitions) values ($1, $2) on conflict do nothing';
  await classified(() => database.pool.query(insert, [name, partitions]));
  const { rows } = await classified(() =>
    database.pool.query<LogIdentity & { system_id: string }>('select name, partitions, system_id from runtime.log'),
  );
  const found = rows[0]!;
  if (found.name === name && found.partitions === partitions) return found.system_id;
  throw new WaymarkError(
    'INVALID_CONFIGURATION',
    `the database belongs to the log ${found.name} with ${found.partitions} partitions, and the settings name ${name} with ${partitions}: ` +
      'set KAFKA_BROKERS, KAFKA_TOPIC_PREFIX and WAYMARK_PARTITIONS as they were, or move it by `waymark repartition`',
  );
}

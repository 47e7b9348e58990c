import type pg from 'pg';
import { classified, classifyPostgresError } from './classify-error.js';

/**
 * Runs work with a connection of its own, its errors classified. A connection lost meanwhile, or given to `discard`, is
 * thrown away. Its loss is met at the statement in hand or the next one, so the event, which unheard would end the
 * process, is only noted.
 */
export async function withClient<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, discard: (why: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await classified(() => pool.connect());
  let broken: Error | undefined;
  const discard = (why: Error): void => void (broken = why);
  client.on('error', discard);
  try {
    return await work(client, discard);
  } catch (error) {
    throw classifyPostgresError(error);
  } finally {
    client.off('error', discard);
    client.release(broken);
  }
}

/** Runs work in a transaction, which is rolled back when it rejects; the first error is the one that counts. */
export function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, async (client, discard) => {
    await client.query('begin');
    try {
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(discard);
      throw error;
    }
  });
}

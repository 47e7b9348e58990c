import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresPersonalizationStore, PostgresWorkspaceRegistry } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ADA = 'ada' as never;
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

beforeEach(async () => {
  await test.empty('personalization');
  await test.empty('ingestion');
});

/** Does the work while nobody can use the table, until its statement waits; then ends its connection as a restart does. */
async function cutOff(table: string, work: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const { pool } = test.database;
  const holder = await pool.connect();
  try {
    await holder.query(`begin; lock table ${table}`);
    const working = Promise.allSettled([work()]);
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await pool.query(cut)).rowCount === 0) continue;
    return (await working)[0];
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

/** A batch that touches every table of the store that a batch of its kind does. */
async function batch(store: PostgresPersonalizationStore): Promise<Parameters<typeof store.save>[0]> {
  const from = await store.progress(0);
  const made = [{ decisionId: 'd' as never, customerId: ADA, offerId: 'tea', strategy: 'coach' as const, at: 1 }];
  return {
    partition: 0,
    from,
    to: { ...from, version: from.version + 1 },
    changes: { decisions: [], made, undone: [] },
    outputs: [{ topic: 'actions', key: 'ada', value: '1' }],
    now: 0,
  };
}

describe('a connection that is lost in the middle of a transaction', () => {
  const unavailable = { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE', kind: 'transient' } };

  it.each(['personalization.progress', 'personalization.offers_made', 'personalization.outbox'])(
    'at %s takes the whole batch back, and the next one is saved (P1)',
    async (table) => {
      const store = new PostgresPersonalizationStore({ database: test.database });
      const commit = await batch(store);
      expect(await cutOff(table, () => store.save(commit))).toMatchObject(unavailable);
      expect(await store.progress(0)).toEqual(commit.from);
      expect(await store.offersMade([ADA], 0)).toEqual([]);
      expect(await store.pending(0)).toEqual([]);
      expect(await store.save(commit)).toBe('pending');
      expect(await store.offersMade([ADA], 0)).toHaveLength(1);
    },
  );

  it.each(['ingestion.workspace', 'ingestion.workspace_changes'])(
    'at %s takes an apply back, and the next one is put',
    async (table) => {
      const registry = new PostgresWorkspaceRegistry(test.database);
      const change: Parameters<typeof registry.put>[0] = {
        schemaVersion: 1,
        type: 'workspace',
        revision: 1,
        changes: [],
        appliedAt: '2026-05-04T08:00:00.000Z',
      };
      expect(await cutOff(table, () => registry.put(change))).toMatchObject(unavailable);
      expect(await registry.unannounced()).toEqual([]);
      await registry.put(change);
      expect(await registry.unannounced()).toEqual([change]);
    },
  );

  it('between two statements ends the batch and not the process', async () => {
    const { pool } = test.database;
    const store = new PostgresPersonalizationStore({
      database: test.database,
      async appendOutputs(tx) {
        const { rows } = await tx.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' });
        const its = [rows[0]!.pid];
        await pool.query('select pg_terminate_backend($1)', its);
        while ((await pool.query('select from pg_stat_activity where pid = $1', its)).rowCount !== 0) continue;
        return () => undefined;
      },
    });
    const commit = await batch(store);
    await expect(store.save(commit)).rejects.toMatchObject(unavailable.reason);
    expect((await store.progress(0)).version).toBe(0);
    expect(await store.save({ ...commit, outputs: [] })).toBe('published');
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@waymark/contracts';
import { claimLog, logOf, PostgresJourneyStore, repartition } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const TO = { name: 'kafka wider.', partitions: 8, placeOf: (id: string) => partitionOf(id, 8) };
const SERVICES = ['ingestion', 'journey', 'personalization', 'dispatch'];
let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
  await claimLog(test.database, { name: 'kafka narrow.', partitions: 2 });
});
afterEach(() => test.drop());

const query = (text: string, values: unknown[] = []): Promise<{ rows: Record<string, unknown>[] }> =>
  test.database.pool.query(text, values);

/** What a running system of two partitions leaves: progress, a workspace, and instances of customers. */
async function used(customers: readonly string[]): Promise<void> {
  for (const schema of SERVICES)
    for (const partition of [0, 1]) {
      await query(`insert into ${schema}.progress values ($1, $2, 90, 40, '{"x/0": 3}')`, [partition, 10 + partition]);
      await query(`insert into ${schema}.revisions values ($1, 7)`, [partition]);
      await query(`insert into ${schema}.active_resources values ($1, 'journey', 'welcome', 'v1')`, [partition]);
    }
  for (const customer of customers)
    await query(
      `insert into journey.instances values ($1, $2, 'welcome', 'v1', $1, '', 1, 'wait', true, true, 5, 0, '{}')`,
      [customer, partitionOf(customer, 2)],
    );
}

async function placesOf(table: string): Promise<Record<string, unknown>[]> {
  return (await query(`select customer_id, partition from ${table} order by customer_id collate "C"`)).rows;
}

describe('repartition', () => {
  it.each([8, 1])('puts every waiting customer where she belongs among %d partitions', async (partitions) => {
    const customers = Array.from({ length: 50 }, (_, n) => `c${n}`).sort();
    await used(customers);
    const placeOf = (id: string): number => partitionOf(id, partitions);
    await repartition(test.database, { ...TO, partitions, placeOf });
    expect(await placesOf('journey.instances')).toEqual(
      customers.map((id) => ({ customer_id: id, partition: placeOf(id) })),
    );
  });

  it.each([8, 1])(
    'begins %d partitions at the new log, with the workspace all had and versions that go on rising',
    async (partitions) => {
      await used([]);
      await repartition(test.database, { ...TO, partitions });
      const all = Array.from({ length: partitions }, (_, partition) => partition);
      for (const schema of SERVICES) {
        const { rows } = await query(`select * from ${schema}.progress order by partition`);
        expect(
          rows.map(({ partition, next_offset, version, seen }) => [partition, next_offset, version, seen]),
        ).toEqual(all.map((partition) => [partition, 0, 12, {}]));
        const revisions = await query(`select * from ${schema}.revisions order by partition`);
        expect(revisions.rows).toEqual(all.map((partition) => ({ partition, revision: 7 })));
        const active = await query(`select partition, id from ${schema}.active_resources order by partition`);
        expect(active.rows).toEqual(all.map((partition) => ({ partition, id: 'welcome' })));
      }
      expect(await logOf(test.database)).toEqual({ name: 'kafka wider.', partitions });
    },
  );

  it.each([8, 1])(
    'puts profiles and members of segments among %d partitions, and schedules into each',
    async (partitions) => {
      const customers = Array.from({ length: 50 }, (_, n) => `c${n}`).sort();
      await used([]);
      for (const id of customers) {
        const values = [id, partitionOf(id, 2)];
        await query(`insert into ingestion.profiles values ($1, 1, '{}', $2, 'set', 0, null)`, values);
        await query(`insert into ingestion.segment_members values ('pro', $1, $2, 5)`, values);
      }
      for (const partition of [0, 1])
        await query(
          `insert into ingestion.schedules values ($1, 'digest', '0 9 * * 1', 'UTC', 'pro', 100, null, null)`,
          [partition],
        );
      const placeOf = (id: string): number => partitionOf(id, partitions);
      await repartition(test.database, { ...TO, partitions, placeOf });
      const places = customers.map((id) => ({ customer_id: id, partition: placeOf(id) }));
      expect(await placesOf('ingestion.segment_members')).toEqual(places);
      expect(await placesOf('ingestion.profiles')).toEqual(places);
      const { rows } = await query('select partition, done_at from ingestion.schedules order by partition');
      expect(rows).toEqual(Array.from({ length: partitions }, (_, partition) => ({ partition, done_at: 100 })));
    },
  );

  it('waits until an instant of a schedule has been told to all', async () => {
    await used([]);
    await query(`insert into ingestion.schedules values (1, 'digest', '0 9 * * 1', 'UTC', 'pro', 100, 200, 'ada')`);
    await expect(repartition(test.database, TO)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      message: expect.stringContaining('the schedule of digest is being told to its members'),
    });
  });

  it('changes nothing while a batch is not published', async () => {
    await used(['ada']);
    await query(`insert into dispatch.outbox values (1, 11, '[]')`);
    const before = await placesOf('journey.instances');
    await expect(repartition(test.database, TO)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      message: expect.stringContaining('1 batches of dispatch are not published yet'),
    });
    expect([await placesOf('journey.instances'), await logOf(test.database)]).toEqual([
      before,
      { name: 'kafka narrow.', partitions: 2 },
    ]);
  });

  it('waits for the newest workspace everywhere', async () => {
    await used([]);
    await query('update journey.revisions set revision = 6 where partition = 1');
    await expect(repartition(test.database, TO)).rejects.toMatchObject({
      message: expect.stringContaining('the partitions of journey use different workspaces'),
    });
  });

  it('leaves a store that goes on: the next batch of a partition is taken', async () => {
    await used([]);
    await repartition(test.database, TO);
    const store = new PostgresJourneyStore({ database: test.database });
    const from = await store.progress(5);
    const to = { ...from, version: from.version + 1, nextOffset: 1 };
    await expect(store.save({ partition: 5, from, to, outputs: [], now: 0 })).resolves.toBe('published');
  });
});

describe('the log that a database belongs to', () => {
  it('is taken from the settings the first time, and is the only one afterwards', async () => {
    const again = claimLog(test.database, { name: 'kafka narrow.', partitions: 2 });
    await expect(again).resolves.toMatch(/^[0-9a-f-]{36}$/);
    for (const other of [
      { name: 'kafka wider.', partitions: 2 },
      { name: 'kafka narrow.', partitions: 3 },
    ])
      await expect(claimLog(test.database, other)).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringContaining('belongs to the log kafka narrow. with 2 partitions'),
      });
  });
});

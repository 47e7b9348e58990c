import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { JourneyHousekeeping, PostgresJourneyStore } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ADA = 'ada' as CustomerId;
/** As a version from before partitions writes it: prepared once a connection. */
const FORMER = {
  name: 'former',
  text: `insert into journey.history (customer_id, partition, version, entries)
    select customer_id, $1, $2, entries::json from unnest($3::text[], $4::text[]) as u(customer_id, entries)`,
};
const FORMER_INSTANCE = `insert into journey.instances (partition, id, journey_id, version, customer_id, correlation_key, ordinal, step, active, open, due_at, entered_at, instance)
  values (0, $1, 'cart', 'v1', $1, '', 1, 'done', false, false, null, 0, '{"status": "ended", "timers": {}}')`;
const DAY = 86_400_000;

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase({ migrated: false });
});
afterEach(() => test.drop());

/** Migrates as far as the version before did; resolves with what brings the rest. */
async function migrateToFormer(): Promise<() => Promise<void>> {
  const { migrations } = test.database.dataSource;
  const all = [...migrations];
  const later = migrations.findIndex(({ name }) => name?.startsWith('JourneyRetention'));
  Object.assign(test.database.dataSource, { migrations: all.slice(0, later) });
  await test.database.migrate();
  return async () => {
    Object.assign(test.database.dataSource, { migrations: all });
    await test.database.migrate();
  };
}

it('keeps all history, and takes what processes of the version before go on writing', async () => {
  const migrate = await migrateToFormer();
  const old = await test.database.pool.connect();
  const write = (version: number, text: string): Promise<unknown> =>
    old.query({ ...FORMER, values: [0, version, [ADA], [JSON.stringify([{ text }])]] });
  for (const version of [1, 2, 3]) await write(version, `before ${version}`);
  await migrate();
  for (const version of [4, 5]) await write(version, `after ${version}`);
  old.release();
  const store = new PostgresJourneyStore({ database: test.database });
  const told = async (limit: number): Promise<unknown[]> =>
    (await store.history(ADA, limit)).map((entry) => (entry as unknown as { text: string }).text);
  expect(await told(9)).toEqual(['before 1', 'before 2', 'before 3', 'after 4', 'after 5']);
  expect(await told(3)).toEqual(['before 3', 'after 4', 'after 5']);
});

it('takes a batch that waited for the migration', async () => {
  const migrate = await migrateToFormer();
  const old = await test.database.pool.connect();
  await old.query('begin');
  await old.query({ ...FORMER, values: [0, 1, [ADA], ['[{}]']] });
  const migrated = migrate();
  const waiting = test.database.pool.query({ ...FORMER, values: [0, 2, ['bob'], ['[{}]']] });
  await old.query('commit');
  old.release();
  await Promise.all([migrated, waiting]);
  const { rows } = await test.database.pool.query('select customer_id from journey.history order by 1');
  expect(rows).toEqual([{ customer_id: 'ada' }, { customer_id: 'bob' }]);
});

it('counts the retention of what was there, and of what the version before still ends, from when this one knows of it', async () => {
  const migrate = await migrateToFormer();
  await test.database.pool.query(FORMER_INSTANCE, ['before']);
  const upgraded = Date.now();
  await migrate();
  await test.database.pool.query(FORMER_INSTANCE, ['after']);
  const house = new JourneyHousekeeping(test.database, 'P10D');
  const forgottenAt = async (now: number): Promise<number> => (await house.forgetPage(now)).forgotten.instances;
  expect(await forgottenAt(upgraded + 9 * DAY)).toBe(0);
  expect(await forgottenAt(upgraded + 11 * DAY)).toBe(1);
  expect(await forgottenAt(upgraded + 18 * DAY)).toBe(0);
  expect(await forgottenAt(upgraded + 20 * DAY)).toBe(1);
});

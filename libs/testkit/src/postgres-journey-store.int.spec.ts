import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { journeyStoreSuite } from '@waymark/ports/suites';
import { PostgresJourneyStore } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

journeyStoreSuite('PostgreSQL', async () => {
  await test.empty('journey');
  return new PostgresJourneyStore({ database: test.database });
});

it('shows columns that somebody has changed by hand, beside the instance that they should repeat', async () => {
  await test.empty('journey');
  await test.database.pool.query(
    `insert into journey.instances (id, partition, journey_id, version, customer_id, correlation_key, ordinal, step, active, open, due_at, entered_at, instance)
     values ('i', 0, 'cart', 'v1', 'ada', '', 1, 'elsewhere', false, false, 7, 0, '{"id": "i", "step": "rest", "status": "active", "timers": {}}')`,
  );
  const store = new PostgresJourneyStore({ database: test.database });
  const [row] = await store.instanceRows({ partition: 0, after: '', max: 1 });
  expect(row).toEqual({
    instance: { id: 'i', step: 'rest', status: 'active', timers: {} },
    columns: { step: 'elsewhere', active: false, dueAt: 7 },
    ledger: undefined,
    alike: { active: 0, newestOrdinal: 1 },
    called: undefined,
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CustomerId, InstanceId } from '@waymark/contracts';
import { JOURNEY_PROBE, journeyStoreSuite } from '@waymark/ports/suites';
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

it('R1: leaves two beside each other that a process of the version before has kept both, and no third', async () => {
  await test.empty('journey');
  await test.database.pool.query(
    `insert into journey.instances (id, partition, journey_id, version, customer_id, correlation_key, ordinal, step, active, open, entered_at, instance)
     values ('old', 0, 'cart', 'cart-1', 'ada', 'k', 1, 'wait', true, true, 0, '{}')`,
  );
  const store = new PostgresJourneyStore({ database: test.database });
  const { changes } = JOURNEY_PROBE;
  const saveActive = async (id: string, ordinal: number): Promise<unknown> => {
    const from = await store.progress(0);
    const of = { id: id as InstanceId, customerId: 'ada' as CustomerId, correlationKey: 'k', ordinal };
    const instances = [{ ...changes.instances[0]!, ...of, exclusive: true as const }];
    const to = { ...from, version: from.version + 1 };
    return store.save({ partition: 0, from, to, outputs: [], now: 0, changes: { ...changes, instances } });
  };
  await saveActive('new', 2);
  await saveActive('old', 1);
  expect((await store.instances('ada' as CustomerId, 9)).map(({ id }) => id).sort()).toEqual(['new', 'old']);
  await expect(saveActive('third', 3)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
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

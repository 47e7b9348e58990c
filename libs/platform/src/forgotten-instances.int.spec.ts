import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { journeySchema, SCHEMA_VERSION, type CustomerId } from '@waymark/contracts';
import { createJourneyState, type JourneyState } from '@waymark/journey-state-service';
import { ManualClock, MemoryEventLog } from '@waymark/ports';
import { JourneyHousekeeping, PostgresJourneyStore } from '@waymark/postgres';
import { PartitionProcessor } from '@waymark/stream';
import { createTestDatabase, type TestDatabase } from '@waymark/testkit';

const START = '2026-05-04T08:00:00.000Z';
const NOW = Date.parse(START);
const DAY = 86_400_000;
const ADA = 'ada' as CustomerId;
const JOURNEY = journeySchema.parse({
  kind: 'journey',
  id: 'cart',
  entry: { event: 'Cart Left' },
  policy: { class: 'transactional' },
  start: 'done',
  steps: { done: { kind: 'exit' } },
});

let test: TestDatabase;
let store: PostgresJourneyStore;
let journeyState: JourneyState;
let processor: PartitionProcessor<never, unknown, unknown, unknown>;
const clock = new ManualClock(NOW);
const log = new MemoryEventLog(1);

beforeAll(async () => {
  test = await createTestDatabase();
  store = new PostgresJourneyStore({ database: test.database });
  const resources = [{ version: 'v1', resource: JOURNEY }];
  journeyState = createJourneyState({
    store,
    contexts: { read: async () => new Map() },
    workspace: { current: async () => ({ revision: 1, resources }) } as never,
    deliveries: { heldCount: async () => 0 },
    log,
    clock,
    resolve: async (id) => id as CustomerId,
  });
  processor = new PartitionProcessor(journeyState.topology, { log, clock, partition: 0, batchMax: 10 }) as never;
});
afterAll(() => test.drop());

const append = (key: string, value: object): void =>
  log.appendNow([{ topic: 'events', key, partition: 0, value: JSON.stringify(value) }]);

async function leaves(messageId: string): Promise<void> {
  const receivedAt = new Date(clock.now()).toISOString();
  append(ADA, {
    ...{ schemaVersion: SCHEMA_VERSION, type: 'track', source: 'shop', customerId: ADA, contextVersion: 0 },
    ...{ messageId, name: 'Cart Left', properties: {}, traits: {}, timestamp: receivedAt, receivedAt },
  });
  while (await processor.step());
}

it('a `never` outlives retention in PostgreSQL (R2)', async () => {
  append('workspace', {
    ...{ schemaVersion: SCHEMA_VERSION, type: 'workspace', revision: 1, appliedAt: START },
    changes: [{ op: 'put', version: 'v1', resource: JOURNEY }],
  });
  await leaves('first');
  expect(await store.instances(ADA, 9)).toMatchObject([{ status: 'ended' }]);
  const house = new JourneyHousekeeping(test.database, 'P13M');
  const forgotten = async (): Promise<number> => (await house.forgetPage(clock.now())).forgotten.instances;
  clock.moveTo(NOW + 300 * DAY);
  expect(await forgotten()).toBe(0);
  clock.moveTo(NOW + 400 * DAY);
  expect(await forgotten()).toBe(1);
  expect(await store.instances(ADA, 9)).toEqual([]);
  await leaves('second');
  expect(await store.instances(ADA, 9)).toEqual([]);
  expect((await store.history(ADA, 1))[0]!.trace).toEqual([
    expect.objectContaining({ what: 'refused', reason: 'REENTRY_NEVER' }),
  ]);
});

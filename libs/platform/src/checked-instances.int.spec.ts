import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { journeySchema, type CustomerId, type InstanceId, type Resource } from '@waymark/contracts';
import { createInstanceChecks, type Finding, type InstanceChecks } from '@waymark/journey-state-service';
import { ManualClock, type InstanceRow } from '@waymark/ports';
import { PostgresDispatchStore, PostgresJourneyStore } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from '@waymark/testkit';

const START = '2026-05-04T08:00:00.000Z';
const NOW = Date.parse(START);
const HOUR = 3_600_000;
const CUSTOMERS = ['ada', 'bob', 'cleo'];
const SEEN = { name: 'Cart Left', properties: {}, messageId: 'm', timestamp: START };
const JOURNEY = journeySchema.parse({
  kind: 'journey',
  id: 'cart',
  entry: { event: 'Cart Left' },
  policy: { class: 'transactional' },
  start: 'rest',
  steps: { rest: { kind: 'wait', for: 'PT1H', next: 'done' }, done: { kind: 'exit' } },
}) as Resource;

let test: TestDatabase;
let checks: InstanceChecks;
let clock: ManualClock;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

function resting(customer: string): InstanceRow['instance'] {
  return {
    id: `of-${customer}` as InstanceId,
    journeyId: 'cart',
    version: 'v1',
    customerId: customer as CustomerId,
    correlationKey: '',
    ordinal: 1,
    status: 'active',
    step: 'rest',
    enteredAt: START,
    stepEnteredAt: START,
    visits: { rest: 1 },
    visitsTotal: 1,
    entry: SEEN,
    event: SEEN,
    steps: { rest: { at: START } },
    timers: { step: NOW + HOUR, lifetime: NOW + 365 * 24 * HOUR },
  };
}

beforeEach(async () => {
  clock = new ManualClock(NOW);
  for (const schema of ['journey', 'dispatch']) await test.empty(schema);
  const stores = { database: test.database };
  const store = new PostgresJourneyStore(stores);
  const nothing = { assignments: [], history: [], counts: [], variants: [], recent: [], places: [] };
  const instances = CUSTOMERS.map(resting);
  const ledgers = instances.map(({ journeyId, customerId, correlationKey }) => ({
    ...{ journeyId, customerId, correlationKey },
    ledger: { entries: 1, active: 1, lastEntryAt: START },
  }));
  const from = await store.progress(0);
  const none = { notEligible: [], entrants: { queued: [], gone: [] }, removed: [], moves: { given: [], taken: [] } };
  const changes = { ...nothing, ...none, instances, ledgers };
  await store.save({ partition: 0, from, to: { ...from, version: from.version + 1 }, changes, outputs: [], now: NOW });
  checks = createInstanceChecks({
    store,
    deliveries: new PostgresDispatchStore(stores),
    workspace: { current: async () => ({ revision: 1, resources: [{ version: 'v1', resource: JOURNEY }] }) },
    lags: async () => [],
    partitions: 2,
    clock,
  });
});

const change = (sql: string): Promise<unknown> => test.database.pool.query(sql);

async function checkAll(limit: number): Promise<{ checked: number; found: string[]; findings: Finding[] }> {
  const findings: Finding[] = [];
  let checked = 0;
  let cursor: string | undefined;
  do {
    const page = await checks.check.page({ cursor, limit });
    findings.push(...page.findings);
    checked += page.checked;
    ({ cursor } = page);
  } while (cursor !== undefined);
  return { checked, findings, found: findings.map(({ reason, instanceId }) => `${reason} ${instanceId}`) };
}

describe('instances in PostgreSQL', () => {
  it('that are as they should be have nothing to find, in pages of any size', async () => {
    for (const limit of [1, 2, 3, 100]) expect(await checkAll(limit)).toEqual({ checked: 3, findings: [], found: [] });
  });

  it('that somebody has changed by hand are found, by those who ask and by the walk', async () => {
    await change(`update journey.instances set due_at = null where customer_id = 'ada'`);
    await change(`delete from journey.ledgers where customer_id = 'bob'`);
    await change(
      `update journey.instances set version = 'v0', instance = replace(instance::text, '"v1"', '"v0"')::json where customer_id = 'cleo'`,
    );
    expect((await checkAll(2)).found).toEqual(['columns of-ada', 'ledger of-bob', 'unknown-version of-cleo']);
    await checks.walk.step([0], 0);
    const broken = checks.walk.broken().filter(({ count }) => count > 0);
    expect(broken.map(({ reason }) => reason)).toEqual(['unknown-version', 'columns', 'ledger']);
  });

  it('whose timers have been overlooked are overdue', async () => {
    clock.moveTo(NOW + 2 * HOUR);
    expect((await checkAll(10)).found).toEqual(CUSTOMERS.map((customer) => `overdue of-${customer}`));
  });
});

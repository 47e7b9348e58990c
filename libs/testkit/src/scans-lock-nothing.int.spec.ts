import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { NO_CONTROLS, NOTHING_WANTED, type IngestionChanges, type JourneyChanges } from '@waymark/ports';
import { ADA, BOB, changes, count, ended, entry, instance, KNOCK, ledger, saveNext } from '@waymark/ports/suites';
import { Database, HistoryPartitions, PostgresIngestionStore, PostgresJourneyStore } from '@waymark/postgres';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const NOW = Date.parse('2026-05-05T08:00:00.000Z');
const SOON = NOW + 1_000;
const YEAR = 365 * 86_400_000;
/** Beyond what is forgotten here. */
const REFUSED = entry(2 * 86_400_000);
const LONG_AGO = '2024-05-05T08:00:00.000Z';
const JOBS = { ...NO_CONTROLS, jobs: [{ jobId: 'job', journeyId: 'cart', freezes: false }], mayHaveEntrants: true };

let test: TestDatabase;
/** Connections that give up at once where they would have to wait for a lock. */
let impatient: Database;
let client: pg.PoolClient;

beforeAll(async () => {
  test = await createTestDatabase();
  const url = new URL(test.url);
  url.searchParams.set('options', '-c lock_timeout=200ms');
  impatient = await Database.connect({ url: url.href, poolMax: 10, applicationName: 'impatient' });
});
afterAll(async () => {
  await impatient.close();
  await test.drop();
});

beforeEach(async () => {
  for (const schema of ['journey', 'ingestion']) await test.empty(schema);
  await live(test.database);
  const over = [ended('over', { endedAt: LONG_AGO, customerId: BOB }), ended('also over', { endedAt: LONG_AGO })];
  const recent = [{ customerId: BOB, events: [], keepUntil: NOW - 1 }];
  await saveNext(new PostgresJourneyStore({ database: test.database }), {
    changes: changes({ instances: over, recent, notEligible: [{ customerId: BOB, entries: [entry(1)] }] }),
  });
  client = await test.database.pool.connect();
  await client.query('begin');
});
afterEach(async () => {
  await client.query('rollback');
  client.release();
});

/** A database of one connection, whose transaction stays open whatever is done by it. */
function held(): Database {
  const query = (asked: string | pg.QueryConfig, values?: unknown[]): unknown =>
    asked === 'begin' || asked === 'commit' ? { rows: [] } : client.query(asked as string, values);
  const nothing = (): void => undefined;
  const connect = async (): Promise<unknown> => ({ query, on: nothing, off: nothing, release: nothing });
  return { pool: { query, connect } } as unknown as Database;
}

/** What batches of two partitions write of people who are in everything that is scanned. */
async function live(database: Database): Promise<void> {
  const journeys = new PostgresJourneyStore({ database });
  const ingestion = new PostgresIngestionStore({ database });
  for (const [partition, customerId] of [ADA, 'bea' as CustomerId].entries()) {
    await saveNext(journeys, { partition, changes: journeyChanges(customerId) });
    await saveNext(ingestion, { partition, changes: await ingestionChanges(ingestion, customerId) });
  }
}

function journeyChanges(customerId: CustomerId): JourneyChanges {
  const event = { ...KNOCK, customerId };
  return changes({
    instances: [instance(`of ${customerId}`, { customerId, timers: { step: NOW } })],
    ledgers: [ledger(customerId)],
    assignments: [{ customerId, seed: 's', variant: 'a' }],
    history: [{ customerId, entries: [entry(1)] }],
    notEligible: [{ customerId, entries: [REFUSED] }],
    counts: [count('entered', '')],
    recent: [{ customerId, events: [], keepUntil: SOON }],
    entrants: { queued: [{ id: `of ${customerId}`, journeyId: 'cart', event, expiresAt: NOW }], gone: [] },
  });
}

async function ingestionChanges(store: PostgresIngestionStore, customerId: CustomerId): Promise<IngestionChanges> {
  const before = (await store.profiles([customerId])).get(customerId)?.version ?? 0;
  const context = { id: customerId, version: before + 1 } as IngestionChanges['profiles'][number]['context'];
  const rule = { journeyId: 'digest', cron: '0 9 * * 1', zone: 'UTC', segmentId: 'pro' };
  return {
    events: [],
    identities: [],
    profiles: [{ context, expectedVersion: before, mark: { set: 'now', at: NOW, dueAt: NOW } }],
    mismatches: 0,
    members: { entered: [{ segmentId: 'pro', customerId, since: 5 }], left: [] },
    schedules: { kept: [{ ...rule, doneAt: 1, dueAt: NOW, after: undefined }], gone: [] },
  };
}

const journeysOf = (database: Database): PostgresJourneyStore => new PostgresJourneyStore({ database });
const ingestionOf = (database: Database): PostgresIngestionStore => new PostgresIngestionStore({ database });

/** Everything that looks through many customers, by itself; with what it finds here. */
const SCANS: Record<string, { scan: (database: Database) => Promise<unknown>; finds: unknown }> = {
  'segments: whom to evaluate': {
    scan: (database) => ingestionOf(database).toEvaluate({ partition: 0, set: 'now', now: NOW, max: 9 }),
    finds: [ADA],
  },
  'segments: when to evaluate next': {
    scan: (database) => ingestionOf(database).nextEvaluationAt(0, 'now'),
    finds: NOW,
  },
  'segments: who is in one': {
    scan: (database) => ingestionOf(database).members('pro', { after: undefined, limit: 9 }),
    finds: [ADA, 'bea'],
  },
  'segments: how many are in each': {
    scan: (database) => ingestionOf(database).memberCounts(),
    finds: new Map([['pro', 2]]),
  },
  'schedules: a page of members to tell': {
    scan: (database) =>
      ingestionOf(database).membersToTell({ partition: 0, segmentId: 'pro', until: NOW, after: undefined, max: 9 }),
    finds: [expect.objectContaining({ customerId: ADA })],
  },
  'schedules: how far each has come': {
    scan: (database) => ingestionOf(database).schedules(0),
    finds: [expect.objectContaining({ journeyId: 'digest', dueAt: NOW })],
  },
  'journeys: what is due, a page of a job, entrants': {
    scan: (database) =>
      journeysOf(database).load({
        ...NOTHING_WANTED,
        partition: 0,
        now: NOW,
        dueMax: 9,
        recent: true,
        controls: JOBS,
        pageMax: 9,
      }),
    finds: expect.objectContaining({
      instances: [expect.objectContaining({ customerId: ADA })],
      entrants: [expect.objectContaining({ id: `of ${ADA}` })],
      page: { jobId: 'job', instanceIds: [`of ${ADA}`], isLast: true },
    }),
  },
  'journeys: when something is due next': {
    scan: (database) => journeysOf(database).nextDueAt(0, NO_CONTROLS),
    finds: NOW,
  },
  'journeys: a page of the check of instances': {
    scan: async (database) => (await journeysOf(database).instanceRows({ partition: 0, after: '', max: 9 })).length,
    finds: 3,
  },
  'journeys: who is inside': {
    scan: (database) => journeysOf(database).inside({ partition: 0, journeyId: 'cart', after: '', max: 9 }),
    finds: [expect.objectContaining({ customerId: ADA })],
  },
  'journeys: how many are at each step': {
    scan: (database) => journeysOf(database).population(),
    finds: [expect.objectContaining({ count: 2 })],
  },
  'a timeline over all partitions of the history': {
    scan: (database) => journeysOf(database).history(ADA, 2),
    finds: [entry(1), REFUSED],
  },
  'housekeeping: a page to forget': {
    scan: (database) => journeysOf(database).forget({ endedBefore: NOW, now: NOW, max: 9 }),
    finds: { instances: 2, recent: 1, notEligible: 1 },
  },
  'housekeeping: partitions made ahead': {
    scan: async (database) => (await new HistoryPartitions(database).make(NOW + 10 * YEAR)).length,
    finds: 7,
  },
};

describe.each(Object.entries(SCANS))('%s', (_, { scan, finds }) => {
  it('makes no batch wait, also while its transaction stays open', async () => {
    expect(await scan(held())).toEqual(finds);
    await live(impatient);
  });

  it('waits for no batch, also for one whose transaction stays open', async () => {
    await live(held());
    expect(await scan(impatient)).toEqual(finds);
  });
});

it('what a batch holds is not forgotten beside it, and nobody waits', async () => {
  await client.query(`select 1 from journey.instances where id = 'over' for update`);
  await client.query(`select 1 from journey.recent_events where customer_id = 'bob' for update`);
  await client.query(`select 1 from journey.not_eligible where customer_id = 'bob' for update`);
  expect(await journeysOf(impatient).forget({ endedBefore: NOW, now: NOW, max: 9 })).toEqual({
    instances: 1,
    recent: 0,
    notEligible: 0,
  });
  await client.query('rollback');
  expect(await journeysOf(impatient).forget({ endedBefore: NOW, now: NOW, max: 9 })).toEqual({
    instances: 1,
    recent: 1,
    notEligible: 1,
  });
});

it('sees a wait where there is one', async () => {
  await client.query('lock table journey.instances');
  await expect(journeysOf(impatient).population()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

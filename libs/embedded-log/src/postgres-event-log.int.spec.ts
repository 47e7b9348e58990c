import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TOPICS, type NewRecord } from '@waymark/contracts';
import { DISPATCH_PROBE, eventLogSuite, INGESTION_PROBE, transactionalOutputsSuite } from '@waymark/ports/suites';
import { Database, PostgresDispatchStore, PostgresIngestionStore, type Queryable } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from '@waymark/testkit';
import { PostgresEventLog } from './postgres-event-log.js';

const PARTITIONS = 4;
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

async function emptyLog(partitions = PARTITIONS): Promise<PostgresEventLog> {
  await test.empty('log');
  return PostgresEventLog.open(test.database, partitions);
}

eventLogSuite('PostgreSQL', () => emptyLog());

transactionalOutputsSuite(
  'ingestion, PostgreSQL',
  async () => {
    const log = await emptyLog();
    await test.empty('ingestion');
    return {
      log,
      store: new PostgresIngestionStore({ database: test.database, appendOutputs: log.appendInTransaction }),
    };
  },
  INGESTION_PROBE,
);

transactionalOutputsSuite(
  'dispatch, PostgreSQL',
  async () => {
    const log = await emptyLog();
    await test.empty('dispatch');
    return {
      log,
      store: new PostgresDispatchStore({ database: test.database, appendOutputs: log.appendInTransaction }),
    };
  },
  DISPATCH_PROBE,
);

const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);

function record(value: string, partition = 0): NewRecord {
  return { topic: 'events', key: 'ada', partition, value };
}

/** A transaction that the test commits or takes back. */
interface OpenTransaction extends Queryable {
  end(how: 'commit' | 'rollback'): Promise<void>;
}

async function begin(): Promise<OpenTransaction> {
  const client = await test.database.pool.connect();
  await client.query('begin');
  return {
    query: (config) => client.query(config),
    async end(how) {
      await client.query(how);
      client.release();
    },
  };
}

/** Resolves when this many statements of the test's database wait for a lock. */
async function waitForLocks(count: number): Promise<void> {
  const query = `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  for (;;) {
    const { rows } = await test.database.pool.query<{ waiting: number }>(query);
    if (rows[0]!.waiting >= count) return;
  }
}

describe('PostgresEventLog', () => {
  let log: PostgresEventLog;
  const read = async (partition = 0): Promise<[number, string][]> =>
    (await log.read({ topic: 'events', partition, offset: 0, max: 10_000 })).map(({ offset, value }) => [
      offset,
      value,
    ]);

  beforeEach(async () => {
    log = await emptyLog();
  });

  describe('in a transaction', () => {
    /** With one connection what was asked first is answered first; without its poll the log wakes readers by appends alone. */
    let narrow: Database;

    beforeEach(async () => {
      narrow = await Database.connect({ url: test.url, poolMax: 1, applicationName: 'narrow' });
      log = await PostgresEventLog.open(narrow, PARTITIONS);
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
    });

    afterEach(async () => {
      jest.useRealTimers();
      await narrow.close();
    });

    it('shows records, and wakes readers, after the commit and not before', async () => {
      let woken = false;
      const waiting = log
        .waitFor({ topic: 'events', partition: 0, offset: 0 }, new AbortController().signal)
        .then(() => (woken = true));
      const tx = await begin();
      const committed = await log.appendInTransaction(tx, [record('a')]);
      expect(await read()).toEqual([]);
      expect(woken).toBe(false);
      await tx.end('commit');
      expect(await read()).toEqual([[0, 'a']]);
      expect(woken).toBe(false);
      committed();
      await waiting;
      expect(woken).toBe(true);
    });

    it('wakes whoever waits at once, by an append of its own', async () => {
      const waiting = log.waitFor({ topic: 'events', partition: 0, offset: 0 }, new AbortController().signal);
      expect(await read()).toEqual([]);
      await log.append([record('a')]);
      await waiting;
      expect(await read()).toEqual([[0, 'a']]);
    });

    it('leaves no gap where it is rolled back', async () => {
      await log.append([record('a')]);
      const tx = await begin();
      await log.appendInTransaction(tx, [record('never'), record('never'), record('never', 1)]);
      await tx.end('rollback');
      expect(await log.endOffset({ topic: 'events', partition: 0 })).toBe(1);
      await log.append([record('b')]);
      expect(await read()).toEqual([
        [0, 'a'],
        [1, 'b'],
      ]);
      expect(await read(1)).toEqual([]);
    });

    it('appends several times to one partition', async () => {
      const tx = await begin();
      await log.appendInTransaction(tx, [record('a')]);
      await log.appendInTransaction(tx, [record('b'), record('c')]);
      await tx.end('commit');
      expect(await read()).toEqual([
        [0, 'a'],
        [1, 'b'],
        [2, 'c'],
      ]);
    });
  });

  it.each([
    {
      end: 'commit',
      expected: [
        [0, 'first'],
        [1, 'second'],
      ],
    },
    { end: 'rollback', expected: [[0, 'second']] },
  ] as const)(
    'gives offsets in the order of commits: the next append waits for the $end of the one before',
    async ({ end, expected }) => {
      const tx = await begin();
      await log.appendInTransaction(tx, [record('first')]);
      const second = log.append([record('second')]);
      await waitForLocks(1);
      expect(await read()).toEqual([]);
      await tx.end(end);
      await second;
      expect(await read()).toEqual(expected);
    },
  );

  it('does not make appends to other partitions or topics wait', async () => {
    const tx = await begin();
    await log.appendInTransaction(tx, [record('held')]);
    await log.append([record('free', 1), { ...record('free'), topic: 'actions' }]);
    expect(await read(1)).toEqual([[0, 'free']]);
    await tx.end('rollback');
  });

  it('takes appends to several partitions in any order without a deadlock, in one order in all of them', async () => {
    const batches = upTo(60).map((batch) => {
      const turned = upTo(PARTITIONS * 2).map((n) => record(String(batch), (n + batch) % PARTITIONS));
      return batch % 2 === 0 ? turned : turned.reverse();
    });
    await Promise.all(batches.map((batch) => log.append(batch)));
    const first = await read(0);
    expect(first.map(([offset]) => offset)).toEqual(upTo(batches.length * 2));
    expect(new Set(first.map(([, value]) => value)).size).toBe(batches.length);
    for (const partition of [1, 2, 3]) expect(await read(partition)).toEqual(first);
  });

  it('notices what another process has appended', async () => {
    const other = await PostgresEventLog.open(test.database, PARTITIONS);
    const waiting = log.waitFor({ topic: 'events', partition: 0, offset: 0 }, new AbortController().signal);
    await other.append([record('a')]);
    await waiting;
    expect(await read()).toEqual([[0, 'a']]);
  });

  it('forgets what is below an offset, and counts on', async () => {
    await log.append([...upTo(5).map((n) => record(String(n))), record('other', 1)]);
    expect(await log.trim({ topic: 'events', partition: 0, offset: 3 })).toBe(3);
    expect(await log.trim({ topic: 'events', partition: 0, offset: 3 })).toBe(0);
    expect(await read()).toEqual([
      [3, '3'],
      [4, '4'],
    ]);
    expect(await read(1)).toEqual([[0, 'other']]);
    await log.trim({ topic: 'events', partition: 0, offset: 99 });
    await log.append([record('next')]);
    expect(await read()).toEqual([[5, 'next']]);
    expect(await log.endOffset({ topic: 'events', partition: 0 })).toBe(6);
  });

  it('tells in one look where every partition ends, forgotten records counted', async () => {
    await log.append([record('a'), record('b'), record('c', 1), { ...record('d'), topic: 'actions' }]);
    await log.trim({ topic: 'events', partition: 0, offset: 1 });
    const endOf = await log.endOffsets();
    const ends = (['events', 'actions'] as const).map((topic) =>
      [0, 1, 99].map((partition) => endOf({ topic, partition })),
    );
    expect(ends).toEqual([
      [2, 1, 0],
      [1, 0, 0],
    ]);
  });

  describe('opening', () => {
    it('keeps what is there', async () => {
      await log.append([record('a')]);
      log = await PostgresEventLog.open(test.database, PARTITIONS);
      expect(await read()).toEqual([[0, 'a']]);
    });

    it.each([{ partitions: 3 }, { partitions: 5 }])(
      'is refused with $partitions partitions instead of 4',
      async ({ partitions }) => {
        await expect(PostgresEventLog.open(test.database, partitions)).rejects.toMatchObject({
          code: 'INVALID_CONFIGURATION',
          message: `the log has 4 partitions, WAYMARK_PARTITIONS says ${partitions}: the number is fixed when the log is made; set it to 4`,
        });
        await log.append(upTo(PARTITIONS).map((partition) => record('still there', partition)));
        expect(await read(3)).toEqual([[0, 'still there']]);
      },
    );

    it('by several processes at once makes one log', async () => {
      await test.empty('log');
      const logs = await Promise.all(upTo(4).map(() => PostgresEventLog.open(test.database, PARTITIONS)));
      await Promise.all(logs.map((each, nth) => each.append([record(String(nth))])));
      expect((await read()).map(([offset]) => offset)).toEqual([0, 1, 2, 3]);
      const { rows } = await test.database.pool.query('select topic, partition from log.partitions');
      expect(rows).toHaveLength(TOPICS.length * PARTITIONS);
    });
  });
});

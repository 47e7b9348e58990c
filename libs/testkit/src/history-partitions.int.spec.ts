import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { changes, entry, saveNext } from '@waymark/ports/suites';
import { HistoryPartitions, PostgresJourneyStore } from '@waymark/postgres';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ADA = 'ada' as CustomerId;
const MARK = 'waymark: past its retention, to be dropped';
const YEAR = 365 * 86_400_000;

let test: TestDatabase;
let history: HistoryPartitions;
let store: PostgresJourneyStore;

beforeEach(async () => {
  test = await createTestDatabase();
  history = new HistoryPartitions(test.database);
  store = new PostgresJourneyStore({ database: test.database });
});
afterEach(() => test.drop());

const query = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await test.database.pool.query<Record<string, unknown>>(text, values)).rows;

async function partitions(): Promise<string[]> {
  const rows = await query(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'journey.history'::regclass`,
  );
  return rows.map(({ name }) => String(name).replace('journey.', '')).sort(oldestFirst);
}

async function tables(): Promise<string[]> {
  const rows = await query(
    `select relname as name from pg_class where relnamespace = 'journey'::regnamespace and relkind = 'r' and relname like 'history%'`,
  );
  return rows.map(({ name }) => String(name)).sort(oldestFirst);
}

const oldestFirst = (a: string, b: string): number =>
  Number(b.includes('before')) - Number(a.includes('before')) || (a < b ? -1 : 1);

/** The end of the first partition: a month or two from now. */
async function firstEnds(): Promise<number> {
  const [first] = await partitions();
  const [, year, month] = /^history_before_(\d{4})_(\d{2})$/.exec(first!)!;
  return Date.UTC(Number(year), Number(month) - 1);
}

const after = (moment: number, months: number): number => {
  const date = new Date(moment);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
};
const nameOf = (moment: number): string => `history_${new Date(moment).toISOString().slice(0, 7).replace('-', '_')}`;

/** Writes a row as if on a day. */
const write = (version: number, writtenOn: number): Promise<unknown> =>
  query(
    'insert into journey.history (customer_id, partition, version, entries, written_on) values ($1, 0, $2, $3, $4)',
    [ADA, version, JSON.stringify([{ version }]), new Date(writtenOn).toISOString().slice(0, 10)],
  );
const told = async (limit: number): Promise<unknown[]> =>
  (await store.history(ADA, limit)).map((each) => (each as unknown as { version: number }).version);

describe('partitions of the history', () => {
  it('reach half a year ahead, by whoever looks first, and are made once', async () => {
    const ends = await firstEnds();
    const begins = after(ends, -1);
    const others = Array.from({ length: 4 }, () => new HistoryPartitions(test.database));
    const made = await Promise.all(others.map((each) => each.make(begins)));
    const six = [0, 1, 2, 3, 4, 5].map((months) => nameOf(after(ends, months)));
    expect(made.flat().sort()).toEqual(six);
    expect((await partitions()).slice(1)).toEqual(six);
    expect(await history.make(begins)).toEqual([]);
    expect(await history.make(ends)).toEqual([nameOf(after(ends, 6))]);
  });

  it('that were made while batches and readers are at work have made nobody wait', async () => {
    const live = await test.database.pool.connect();
    await live.query('begin');
    await live.query(
      `insert into journey.history (customer_id, partition, version, entries) values ('ada', 0, 1, '[]')`,
    );
    await live.query('select count(*) from journey.history');
    expect(await history.make(await firstEnds())).toHaveLength(7);
    await live.query('rollback');
    live.release();
  });

  it('take what is written by the day of the database, and are read from the newest on', async () => {
    const ends = await firstEnds();
    await history.make(ends);
    const moments = [ends - YEAR, ends - 1, ends, after(ends, 1), after(ends, 1) + 1, after(ends, 3)];
    for (const [nth, moment] of moments.entries()) await write(nth + 1, moment);
    await saveNext(store, { partition: 1, changes: changes({ history: [{ customerId: ADA, entries: [entry(7)] }] }) });
    const filled = await query('select distinct tableoid::regclass::text as name from journey.history order by 1');
    expect(filled).toHaveLength(4);
    expect(await told(4)).toEqual([3, 4, 5, 6]);
    expect(await told(2)).toEqual([5, 6]);
    expect((await store.history(ADA, 9)).length).toBe(7);
  });

  it('are all read by their keys', async () => {
    await history.make(await firstEnds());
    const client = await test.database.pool.connect();
    await client.query('set enable_seqscan = off; set enable_bitmapscan = off');
    const { rows } = await client.query(
      `explain select entries from journey.history where customer_id = 'ada' order by written_on desc, version desc, partition desc limit 20`,
    );
    client.release(true);
    const plan = rows.map((row) => (row as Record<string, string>)['QUERY PLAN']!);
    expect(plan.filter((line) => line.includes('Scan'))).toHaveLength((await partitions()).length);
    expect(plan.filter((line) => line.includes('Seq Scan'))).toEqual([]);
    expect(plan.some((line) => line.includes('Append') && !line.includes('Merge'))).toBe(true);
  });

  it('that are missing let a batch be tried again, and nothing of it is lost', async () => {
    const [first] = await partitions();
    await query(`alter table journey.history detach partition journey.${first}`);
    const change = changes({ history: [{ customerId: ADA, entries: [entry(1)] }] });
    await expect(saveNext(store, { partition: 0, changes: change })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      kind: 'transient',
      message: expect.stringContaining('the table "history" has no partition for what is written now'),
    });
    await history.make(Date.now());
    await saveNext(store, { partition: 0, changes: change });
    expect(await store.history(ADA, 9)).toEqual([entry(1)]);
  });
});

describe('retention of the history', () => {
  let ends: number;
  beforeEach(async () => {
    ends = await firstEnds();
    await history.make(ends);
    for (const [nth, months] of [-1, 0, 1].entries()) await write(nth + 1, after(ends, months));
  });

  it('drops what was written before a moment, a partition at a time, and no day of what was not', async () => {
    expect(await history.dropBefore(ends - 1)).toEqual([]);
    expect(await history.dropBefore(ends)).toEqual([expect.stringMatching(/^history_before_/)]);
    expect(await told(9)).toEqual([2, 3]);
    expect(await history.dropBefore(after(ends, 2) - 1)).toEqual([nameOf(ends)]);
    expect(await told(9)).toEqual([3]);
    expect(await tables()).toEqual(await partitions());
  });

  it('is the work of one at a time', async () => {
    const others = Array.from({ length: 4 }, () => new HistoryPartitions(test.database));
    const dropped = (await Promise.all(others.map((each) => each.dropBefore(ends)))).flat();
    expect(dropped).toHaveLength(1);
    expect(await told(9)).toEqual([2, 3]);
  });

  it('goes on with what a crash has left: marked, detached, or in between', async () => {
    const [first, second, third] = await partitions();
    for (const name of [first, second, third]) await query(`comment on table journey.${name} is '${MARK}'`);
    await query(`alter table journey.history detach partition journey.${first}`);
    const reader = await test.database.pool.connect();
    await reader.query('begin');
    await reader.query('select count(*) from journey.history');
    await interruptedDetach(second!);
    expect(await history.make(after(ends, 1))).toHaveLength(1);
    await reader.query('rollback');
    reader.release();
    expect((await history.dropBefore(after(ends, 1))).sort(oldestFirst)).toEqual([first, second]);
    expect((await tables())[0]).toBe(third);
    expect(await told(9)).toEqual([3]);
  });

  it('leaves alone what somebody has detached to keep it', async () => {
    const [first] = await partitions();
    await query(`alter table journey.history detach partition journey.${first} concurrently`);
    expect(await history.dropBefore(ends)).toEqual([]);
    expect((await tables())[0]).toBe(first);
    expect(await query(`select version from journey.${first}`)).toEqual([{ version: 1 }]);
  });

  it('says what somebody has begun to detach, as nothing can be dropped until she ends it', async () => {
    const [first] = await partitions();
    const reader = await test.database.pool.connect();
    await reader.query('begin');
    await reader.query('select count(*) from journey.history');
    await interruptedDetach(first!);
    await reader.query('rollback');
    reader.release();
    await expect(history.dropBefore(after(ends, 1))).rejects.toMatchObject({
      kind: 'transient',
      message: `somebody has begun to detach journey.${first} and not ended it: \`alter table journey.history detach partition journey.${first} finalize\``,
    });
    await query(`alter table journey.history detach partition journey.${first} finalize`);
    expect(await history.dropBefore(after(ends, 1))).toEqual([nameOf(ends)]);
    expect((await tables()).includes(first!)).toBe(true);
  });

  it('waits for a long reader without holding up others, and ends its work the next time', async () => {
    const reader = await test.database.pool.connect();
    await reader.query('begin');
    await reader.query('select count(*) from journey.history');
    const hasty = new HistoryPartitions(test.database, { waitMs: 1_000 });
    const dropping = expect(hasty.dropBefore(ends)).rejects.toMatchObject({ kind: 'transient' });
    await waitForLocks();
    const live = await impatient();
    await live.query(
      `insert into journey.history (customer_id, partition, version, entries, written_on) values ('eve', 0, 9, '[]', '${new Date(ends).toISOString().slice(0, 10)}')`,
    );
    await live.query('select count(*) from journey.history');
    live.release(true);
    await dropping;
    await reader.query('rollback');
    reader.release();
    expect(await history.dropBefore(ends)).toHaveLength(1);
    expect(await told(9)).toEqual([2, 3]);
  });
});

/** A connection that waits for no lock. */
async function impatient(): Promise<pg.PoolClient> {
  const client = await test.database.pool.connect();
  await client.query(`set lock_timeout = '100ms'`);
  return client;
}

/** Detaching gives up waiting for readers: the partition is in between then. */
async function interruptedDetach(name: string): Promise<void> {
  const client = await impatient();
  await expect(
    client.query(`alter table journey.history detach partition journey.${name} concurrently`),
  ).rejects.toMatchObject({ code: '55P03' });
  client.release(true);
}

async function waitForLocks(): Promise<void> {
  const waiting = `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  for (;;) if (Number((await query(waiting))[0]!['waiting']) > 0) return;
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import { partitionFor, partitionOf, type LogRecord, type NewRecord, type Topic } from '@waymark/contracts';
import type { EventLog } from './event-log.js';

const TOPIC: Topic = 'events';
const NEVER = new AbortController().signal;
/** JSON texts and others, of which not a byte may change. */
const VALUES: readonly (readonly [what: string, value: string])[] = [
  ['nothing', ''],
  ['spaces as they were written', ' { "b" : 1.0,\t"a":1e2 ,"a": 2 }\r\n'],
  ['escapes as they were written', String.raw`{"a":"\u0000\ud800\u00e9\/\\"}`],
  ['letters of many scripts', 'Zoë 東京 עברית 👩‍👩‍👧 e\u0301 \uffff'],
  ['a byte order mark and line separators', '\ufeff\u2028\u2029\u0085'],
  ['quotes and what means something to databases', `'"\`$1 ; -- \\x {NULL,"a"} %s`],
  ['a megabyte', `"${'ß'.repeat(500_000)}"`],
];

function record(value: string, over: Partial<NewRecord> = {}): NewRecord {
  return { topic: TOPIC, key: 'ada', partition: 0, value, ...over };
}

const valuesOf = (records: readonly LogRecord[]): string[] => records.map(({ value }) => value);
const offsetsOf = (records: readonly LogRecord[]): number[] => records.map(({ offset }) => offset);
const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** What every adapter of {@link EventLog} must do. `create` gives an empty log of at least two partitions each time. */
export function eventLogSuite(name: string, create: () => Promise<EventLog>): void {
  describe(`EventLog: ${name}`, () => {
    let log: EventLog;
    const all = (partition = 0, topic = TOPIC): Promise<LogRecord[]> =>
      log.read({ topic, partition, offset: 0, max: 100_000 });

    beforeEach(async () => {
      log = await create();
    });

    it('begins at offset 0 in every partition, and counts on without gaps', async () => {
      expect(await log.endOffset({ topic: TOPIC, partition: 0 })).toBe(0);
      await log.append([record('a'), record('b', { partition: 1 }), record('c')]);
      await log.append([record('d'), record('e', { topic: 'actions' })]);
      expect((await all()).map(({ offset, value }) => [offset, value])).toEqual([
        [0, 'a'],
        [1, 'c'],
        [2, 'd'],
      ]);
      expect((await all(1)).map(({ offset, value }) => [offset, value])).toEqual([[0, 'b']]);
      expect((await all(0, 'actions')).map(({ offset, value }) => [offset, value])).toEqual([[0, 'e']]);
      expect(await log.endOffset({ topic: TOPIC, partition: 0 })).toBe(3);
      expect(await log.endOffset({ topic: 'interactions', partition: 0 })).toBe(0);
    });

    it('keeps the order given within each partition', async () => {
      const given = upTo(200).map((n) => record(String(n), { partition: n % log.partitions }));
      await log.append(given);
      for (const partition of upTo(log.partitions)) {
        const its = given.filter((each) => each.partition === partition);
        expect(valuesOf(await all(partition))).toEqual(its.map(({ value }) => value));
      }
    });

    it.each(VALUES)('keeps to the byte: %s', async (_, value) => {
      await log.append([record(value)]);
      const [read] = await all();
      expect(Buffer.from(read!.value).equals(Buffer.from(value))).toBe(true);
    });

    it('gives back topic, partition, key and headers, and no headers as none', async () => {
      const headers = { 'wm-source': 'ingestion/0', 'wm-seq': '12', odd: 'Zoë "\\ 東\u0000', empty: '' };
      await log.append([record('a', { key: 'Zoë 東', headers }), record('b')]);
      expect(await all()).toEqual([
        { topic: TOPIC, partition: 0, offset: 0, key: 'Zoë 東', value: 'a', headers },
        { topic: TOPIC, partition: 0, offset: 1, key: 'ada', value: 'b', headers: {} },
      ]);
    });

    it('keeps bytes that are not UTF-8, and says which they are', async () => {
      const value = Buffer.from([0x7b, 0xff, 0x00, 0xc3]).toString('base64');
      await log.append([record(value, { encoding: 'base64' }), record(value)]);
      expect(await all()).toEqual([
        { topic: TOPIC, partition: 0, offset: 0, key: 'ada', value, encoding: 'base64', headers: {} },
        { topic: TOPIC, partition: 0, offset: 1, key: 'ada', value, headers: {} },
      ]);
    });

    it('puts a record where its key belongs, unless it says where', async () => {
      const keys = ['ada', 'Zoë', '東京', '👩', 'a'.repeat(300)];
      await log.append(keys.map((key) => ({ topic: TOPIC, key, value: key })));
      for (const key of keys) expect(valuesOf(await all(partitionOf(key, log.partitions)))).toContain(key);
      const elsewhere = (partitionOf('ada', log.partitions) + 1) % log.partitions;
      await log.append([record('told', { partition: elsewhere })]);
      expect(valuesOf(await all(elsewhere))).toContain('told');
    });

    it('refuses records for a partition that does not exist, and takes none of that call', async () => {
      for (const partition of [log.partitions, -1, 0.5]) {
        const lost = log.append([record('fine'), record('nowhere', { partition })]);
        await expect(lost).rejects.toMatchObject({ code: 'DEFECT' });
      }
      expect(await all()).toEqual([]);
    });

    it('appends nothing when there is nothing to append', async () => {
      await log.append([]);
      expect(await log.endOffset({ topic: TOPIC, partition: 0 })).toBe(0);
    });

    it.each([
      { offset: 0, max: 3, expected: [0, 1, 2] },
      { offset: 2, max: 2, expected: [2, 3] },
      { offset: 4, max: 10, expected: [4] },
      { offset: 5, max: 10, expected: [] },
      { offset: 99, max: 10, expected: [] },
      { offset: 0, max: 0, expected: [] },
    ])('reads $max at most from offset $offset on', async ({ offset, max, expected }) => {
      await log.append(upTo(5).map((n) => record(String(n))));
      expect(offsetsOf(await log.read({ topic: TOPIC, partition: 0, offset, max }))).toEqual(expected);
    });

    it('takes concurrent appends one after the other in each partition, and loses none', async () => {
      const batches = upTo(40).map((batch) =>
        upTo(12).map((n) => record(`${batch}/${n}`, { partition: (batch + n) % log.partitions })),
      );
      await Promise.all(batches.map((batch) => log.append(batch)));
      for (const partition of upTo(log.partitions)) {
        const read = await all(partition);
        expect(offsetsOf(read)).toEqual(upTo(read.length));
        const order = [...new Set(read.map(({ value }) => Number(value.split('/')[0])))];
        const expected = order.flatMap((batch) =>
          batches[batch]!.filter((each) => partitionFor(each, log.partitions) === partition),
        );
        expect(valuesOf(read)).toEqual(expected.map(({ value }) => value));
        expect(order).toHaveLength(batches.length);
      }
    });

    it('never shows a reader a gap that is filled later', async () => {
      const total = 300;
      const appending = Promise.all(upTo(total).map((n) => log.append([record(String(n))])));
      const seen: LogRecord[] = [];
      while (seen.length < total) {
        await log.waitFor({ topic: TOPIC, partition: 0, offset: seen.length }, NEVER);
        seen.push(...(await log.read({ topic: TOPIC, partition: 0, offset: seen.length, max: 7 })));
      }
      await appending;
      expect(offsetsOf(seen)).toEqual(upTo(total));
      expect(await all()).toEqual(seen);
    });

    describe('waitFor', () => {
      const at = (offset: number): Parameters<EventLog['waitFor']>[0] => ({ topic: TOPIC, partition: 0, offset });

      it('does not wait for a record that is there', async () => {
        await log.append([record('a')]);
        await expect(log.waitFor(at(0), NEVER)).resolves.toBeUndefined();
      });

      it('wakes everybody who waits for what is appended', async () => {
        const waiting = Promise.all(upTo(3).map(() => log.waitFor(at(0), NEVER)));
        await log.append([record('a')]);
        await waiting;
        expect(valuesOf(await all())).toEqual(['a']);
      });

      it('lets go of whoever gives up, before or while waiting', async () => {
        const abort = new AbortController();
        const waiting = log.waitFor(at(0), abort.signal);
        abort.abort();
        await expect(waiting).resolves.toBeUndefined();
        await expect(log.waitFor(at(0), abort.signal)).resolves.toBeUndefined();
      });
    });
  });
}

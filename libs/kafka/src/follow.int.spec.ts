import { afterEach, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { LogRecord, NewRecord } from '@waymark/contracts';
import { describeWith } from '@waymark/testkit';
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkaEventLog } from './kafka-event-log.js';
import type { KafkaOptions } from './kafka-options.js';
import { BUFFER_RECORDS_MAX } from './partition-buffer.js';
import { Assignments } from './testing/assignments.js';
import { readOn } from './testing/read-on.js';
import { TestLogs, withAdmin } from './testing/test-logs.js';
import { whileUnsettled } from './while-unsettled.js';

jest.setTimeout(60_000);

const NEVER = new AbortController().signal;
const logs = new TestLogs();
const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);
const record = (value: unknown, partition = 0): NewRecord => ({
  topic: 'events',
  key: 'ada',
  partition,
  value: String(value),
});
const valuesOf = (records: readonly LogRecord[]): string[] => records.map(({ value }) => value);
const offsetsOf = (records: readonly LogRecord[]): number[] => records.map(({ offset }) => offset);

interface Followed {
  log: KafkaEventLog;
  assignments: Assignments;
  options: KafkaOptions;
  groupId: string;
  read(offset: number, max?: number): Promise<LogRecord[]>;
}

async function follow(over: Partial<KafkaOptions> = {}, groupId: string = randomUUID()): Promise<Followed> {
  const options = await logs.options(over);
  const log = await logs.open(options);
  const assignments = new Assignments();
  await log.follow({ topic: 'events', groupId, onAssigned: assignments.onAssigned });
  const read: Followed['read'] = (offset, max = 10) => log.read({ topic: 'events', partition: 0, offset, max });
  return { log, assignments, options, groupId, read };
}

describeWith('kafka', 'a followed topic', () => {
  afterEach(() => logs.closeAll());

  it('is read partition by partition, from where the reader is, as it grows', async () => {
    const { log, assignments } = await follow();
    expect(assignments.sets).toEqual([[0, 1]]);
    const reading = Promise.all(
      [0, 1].map((partition) => readOn(log, { topic: 'events', partition, count: 300, max: 7 })),
    );
    for (const n of upTo(3)) await log.append(upTo(200).map((i) => record(n * 200 + i, i % 2)));
    const [first, second] = await reading;
    expect(offsetsOf(first!)).toEqual(upTo(300));
    expect(valuesOf(first!)).toEqual(upTo(300).map((n) => String(n * 2)));
    expect(valuesOf(second!)).toEqual(upTo(300).map((n) => String(n * 2 + 1)));
    expect(await readOn(log, { topic: 'events', partition: 1, offset: 290, count: 10 })).toEqual(second!.slice(290));
  });

  it('gives the same records again to a reader who failed, and goes back with one who is further back', async () => {
    const { log, read } = await follow();
    await log.append(upTo(100).map((n) => record(n)));
    await readOn(log, { topic: 'events', partition: 0, count: 100 });
    const once = await read(90);
    expect(valuesOf(once)).toEqual(upTo(10).map((n) => String(90 + n)));
    expect(await read(90)).toEqual(once);
    expect(valuesOf(await readOn(log, { topic: 'events', partition: 0, offset: 10, count: 90 }))).toEqual(
      upTo(90).map((n) => String(10 + n)),
    );
  });

  it('is shared by the members of a group: each partition has one owner, and who stays takes over from who leaves', async () => {
    const one = await follow({ partitions: 4 });
    expect(one.assignments.last).toEqual([0, 1, 2, 3]);
    const two = await follow(one.options, one.groupId);
    await Promise.all([one.assignments.untilCount(2), two.assignments.untilCount(2)]);
    expect([...one.assignments.last!, ...two.assignments.last!].sort()).toEqual([0, 1, 2, 3]);
    await one.log.append(upTo(40).map((n) => record(n, n % 4)));
    for (const { log, assignments } of [one, two]) {
      for (const partition of assignments.last!)
        expect(await readOn(log, { topic: 'events', partition, count: 10 })).toHaveLength(10);
    }
    const [kept] = one.assignments.sets.slice(-1);
    await two.log.close();
    await one.assignments.untilCount(4);
    expect(one.assignments.sets).toEqual([[0, 1, 2, 3], kept, [0, 1, 2, 3]]);
    expect(two.assignments.sets).toHaveLength(1);
    for (const partition of upTo(4))
      expect(await readOn(one.log, { topic: 'events', partition, offset: 5, count: 5 })).toHaveLength(5);
  });

  it('is assigned to nobody more than once when there are more members than partitions', async () => {
    const one = await follow();
    const others = await Promise.all([1, 2].map(() => follow(one.options, one.groupId)));
    const all = [one, ...others];
    const whole = (): number[] => all.flatMap(({ assignments }) => [...(assignments.last ?? [])]).sort();
    await Promise.race(all.map(({ assignments }) => assignments.until(() => String(whole()) === '0,1')));
    expect(all.map(({ assignments }) => assignments.last?.length ?? 0).sort()).toEqual([0, 1, 1]);
  });

  it('is fetched ahead no further than the buffer holds, and on when that is read', async () => {
    const total = BUFFER_RECORDS_MAX * 2.5;
    const { log } = await follow();
    for (const n of upTo(25)) await log.append(upTo(total / 25).map((i) => record(n * (total / 25) + i)));
    const records = await readOn(log, { topic: 'events', partition: 0, count: total, max: 500 });
    expect(offsetsOf(records)).toEqual(upTo(total));
    expect(valuesOf(records)).toEqual(upTo(total).map(String));
  });

  it('shows in Kafka how far it was processed', async () => {
    const { log, read, groupId, options } = await follow();
    await log.append(upTo(10).map((n) => record(n)));
    await readOn(log, { topic: 'events', partition: 0, count: 10 });
    await read(7);
    await log.close();
    const topic = `${options.topicPrefix}events`;
    const [committed] = await withAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    expect(committed!.partitions.find(({ partition }) => partition === 0)).toMatchObject({ offset: '7' });
  });

  it('is looked into, by its own process too, without moving where it is read', async () => {
    const { log, read } = await follow();
    await log.append(upTo(30).map((n) => record(n)));
    await readOn(log, { topic: 'events', partition: 0, count: 20, max: 20 });
    expect(valuesOf(await log.browsing.read({ topic: 'events', partition: 0, offset: 3, max: 2 }))).toEqual(['3', '4']);
    expect(valuesOf(await read(20, 1))).toEqual(['20']);
    await log.append([record('last')]);
    await log.browsing.waitFor({ topic: 'events', partition: 0, offset: 30 }, NEVER);
    expect(await log.browsing.endOffset({ topic: 'events', partition: 0 })).toBe(31);
  });

  it('is followed once in a process', async () => {
    const { log } = await follow();
    const again = log.follow({ topic: 'events', groupId: randomUUID(), onAssigned: () => undefined });
    await expect(again).rejects.toMatchObject({ code: 'DEFECT' });
  });

  it('gives what transactions of other producers have committed, and passes over the rest', async () => {
    const { log, options } = await follow();
    const kafka = new Kafka({ brokers: [...options.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({
      transactionalId: randomUUID(),
      idempotent: true,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    for (const [value, end] of [
      ['kept', 'commit'],
      ['taken back', 'abort'],
      ['kept too', 'commit'],
    ] as const) {
      const transaction = await producer.transaction();
      const messages = [{ value, partition: 0 }];
      await transaction.send({ topic: `${options.topicPrefix}events`, messages, compression: CompressionTypes.None });
      await transaction[end]();
    }
    await producer.disconnect();
    await log.append([record('ours')]);
    const records = await readOn(log, { topic: 'events', partition: 0, count: 3 });
    expect(valuesOf(records)).toEqual(['kept', 'kept too', 'ours']);
    expect(valuesOf(await log.browsing.read({ topic: 'events', partition: 0, offset: 0, max: 10 }))).toEqual([
      'kept',
      'kept too',
      'ours',
    ]);
  });
});

describeWith('kafka', 'a followed topic that is not the one that was processed', () => {
  afterEach(() => logs.closeAll());

  const forgetBelow = (name: string, offset: number): Promise<void> =>
    withAdmin(async (admin) => {
      // It needs to know the topic's leaders, and does not ask by itself.
      await whileUnsettled(() => admin.fetchTopicOffsets(name));
      await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: String(offset) }] });
    });

  it('begins where Kafka still has records, for who has processed nothing', async () => {
    const { log, options } = await follow();
    await log.append(upTo(10).map((n) => record(n)));
    await forgetBelow(`${options.topicPrefix}events`, 6);
    expect(valuesOf(await readOn(log, { topic: 'events', partition: 0, count: 4 }))).toEqual(['6', '7', '8', '9']);
  });

  it('is refused when Kafka has deleted what was not processed', async () => {
    const { log, options, read } = await follow();
    await log.append(upTo(10).map((n) => record(n)));
    await forgetBelow(`${options.topicPrefix}events`, 6);
    const name = `${options.topicPrefix}events`;
    await expect(read(4)).rejects.toMatchObject({
      code: 'LOG_MISMATCH',
      kind: 'defect',
      message: expect.stringContaining(
        `partition 0 of events (${name}) begins at offset 6, but 4 is the next to be processed: Kafka has deleted 2 records`,
      ),
    });
    expect(valuesOf(await readOn(log, { topic: 'events', partition: 0, offset: 6, count: 4 }))).toHaveLength(4);
  });

  it('is refused when it ends before what was processed', async () => {
    const { log, read } = await follow();
    await log.append(upTo(3).map((n) => record(n)));
    await expect(read(4)).rejects.toMatchObject({
      code: 'LOG_MISMATCH',
      message: expect.stringContaining('ends at offset 3, but everything below 4 was processed'),
    });
    expect(await read(3)).toEqual([]);
  });

  it('is refused when records are deleted while they wait to be fetched, and none is passed over', async () => {
    const { log, options, read } = await follow();
    const total = BUFFER_RECORDS_MAX * 2;
    for (const n of upTo(20)) await log.append(upTo(total / 20).map((i) => record(n * (total / 20) + i)));
    while ((await read(0, total)).length < BUFFER_RECORDS_MAX) await setImmediate();
    await forgetBelow(`${options.topicPrefix}events`, total - 1);
    const seen: number[] = [];
    const readAll = async (): Promise<void> => {
      for (;;) {
        const records = await read(seen.length, 500);
        seen.push(...offsetsOf(records));
        if (records.length === 0) await log.waitFor({ topic: 'events', partition: 0, offset: seen.length }, NEVER);
      }
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
    expect(seen).toEqual(upTo(seen.length));
    expect(seen).toHaveLength(BUFFER_RECORDS_MAX);
  });
});

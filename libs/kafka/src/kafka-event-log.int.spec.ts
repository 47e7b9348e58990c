import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { TOPICS, type LogRecord, type NewRecord } from '@waymark/contracts';
import { describeWith } from '@waymark/testkit';
import { QUEUE_BYTES_MAX } from './appender.js';
import { Assignments } from './testing/assignments.js';
import { CuttableNetwork } from './testing/cuttable-network.js';
import { readOn } from './testing/read-on.js';
import { TestLogs, withAdmin } from './testing/test-logs.js';

jest.setTimeout(60_000);

const logs = new TestLogs();
const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);
const record = (value: unknown, partition = 0): NewRecord => ({
  topic: 'events',
  key: 'ada',
  partition,
  value: String(value),
});
const valuesOf = (records: readonly LogRecord[]): string[] => records.map(({ value }) => value);
const fromStart = { topic: 'events', partition: 0, offset: 0, max: 10_000 } as const;

describeWith('kafka', 'KafkaEventLog', () => {
  afterEach(async () => {
    await logs.closeAll();
    logs.warnings.length = 0;
  });

  describe('opening', () => {
    it('makes the topics that are missing, with the settings they need', async () => {
      const log = await logs.open({ partitions: 3, replicationFactor: 1 });
      const { brokers, isControllerKnown, topics } = await log.describe();
      expect({ brokers, isControllerKnown }).toEqual({ brokers: 1, isControllerKnown: true });
      expect(topics.map(({ topic }) => topic).sort()).toEqual([...TOPICS].sort());
      const settings = Object.fromEntries(topics.map(({ topic, name, ...its }) => [topic, its]));
      const common = {
        partitions: 3,
        replicationFactor: 1,
        inSyncReplicas: 1,
        minInsyncReplicas: 1,
        cleanupPolicy: 'delete',
        maxMessageBytes: 8_388_608,
      };
      expect(settings['events']).toEqual({ ...common, retentionMs: 604_800_000 });
      expect(settings['dead-letters']).toEqual({ ...common, retentionMs: 2_592_000_000 });
      expect(await log.problem()).toBeUndefined();
    });

    it('keeps what is there, and takes the topics as they are', async () => {
      const options = await logs.options();
      const first = await logs.open(options);
      await first.append([record('kept')]);
      const second = await logs.open({ ...options, replicationFactor: undefined });
      expect(valuesOf(await second.read(fromStart))).toEqual(['kept']);
    });

    it('by several processes at once makes one log', async () => {
      const options = await logs.options();
      const opened = await Promise.all(upTo(3).map(() => logs.open(options)));
      await Promise.all(opened.map((log, nth) => log.append([record(nth)])));
      expect(valuesOf(await opened[0]!.read(fromStart)).sort()).toEqual(['0', '1', '2']);
    });

    it('is refused when a topic has another number of partitions', async () => {
      const options = await logs.options({ partitions: 2 });
      await logs.open(options);
      await expect(logs.open({ ...options, partitions: 4 })).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringContaining('has 2 partitions, WAYMARK_PARTITIONS says 4'),
      });
    });

    it('is refused when there are fewer brokers than copies wanted', async () => {
      await expect(logs.open({ replicationFactor: 3 })).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringContaining('fewer brokers than KAFKA_REPLICATION_FACTOR (3)'),
      });
    });

    it('fails when no broker answers', async () => {
      await expect(logs.open({ brokers: ['127.0.0.1:1'] })).rejects.toMatchObject({
        code: 'LOG_UNAVAILABLE',
        message: expect.stringMatching(/^Kafka cannot be used now at 127\.0\.0\.1:1 \(.*\): check KAFKA_BROKERS/),
      });
    });
  });

  it('tells in one look where every partition ends', async () => {
    const log = await logs.open();
    await log.append([record('a'), record('b'), record('c', 1), { ...record('d'), topic: 'actions' }]);
    const endOf = await log.endOffsets();
    const ends = (['events', 'actions', 'dead-letters'] as const).map((topic) =>
      [0, 1, 99].map((partition) => endOf({ topic, partition })),
    );
    expect(ends).toEqual([
      [2, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('cuts what is appended at once so that no batch is over the limit of Kafka', async () => {
    const log = await logs.open();
    const big = upTo(8).map((n) => record(`${n}${'ß'.repeat(250_000)}`));
    await log.append(big);
    expect(valuesOf(await log.read(fromStart))).toEqual(big.map(({ value }) => value));
  });

  it('refuses a record that Kafka does not take, and that one alone', async () => {
    const log = await logs.open();
    const random = randomBytes(9_000_000).toString('base64');
    const appended = await Promise.allSettled(['before', random, 'after'].map((value) => log.append([record(value)])));
    expect(appended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(appended[1]).toMatchObject({
      reason: { code: 'OVERSIZE', message: expect.stringMatching(/^a record of 120000\d\d bytes is over/) },
    });
    expect(valuesOf(await log.read(fromStart))).toEqual(['before', 'after']);
  });

  it('takes a record over the limit that is not when compressed', async () => {
    const log = await logs.open();
    const value = 'a'.repeat(12_000_000);
    await log.append([record(value)]);
    expect(valuesOf(await log.read(fromStart))).toEqual([value]);
  });

  it('lets no more wait than fits', async () => {
    const log = await logs.open();
    const half = 'a'.repeat(QUEUE_BYTES_MAX / 2);
    const appended = await Promise.allSettled(upTo(4).map(() => log.append([record('x'), record(half)])));
    const codes = appended.map((each) => (each.status === 'rejected' ? (each.reason as { code: string }).code : 'ok'));
    expect(codes.at(-1)).toBe('LOG_UNAVAILABLE');
  });

  it('appends to topics that were deleted and made anew meanwhile', async () => {
    const options = await logs.options();
    const log = await logs.open(options);
    await log.append([record('gone')]);
    const topic = `${options.topicPrefix}events`;
    await withAdmin(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      while ((await admin.listTopics()).includes(topic));
    });
    await logs.open(options);
    await log.append([record('new')]);
    expect(valuesOf(await log.read(fromStart))).toEqual(['new']);
  });

  it('says when it is closed', async () => {
    const log = await logs.open();
    await log.close();
    await expect(log.append([record('late')])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await expect(log.read({ ...fromStart })).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    const late = log.follow({ topic: 'events', groupId: randomUUID(), onAssigned: () => undefined });
    await expect(late).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    expect(await log.problem()).toBe('the log is closed');
  });

  describe('when connections break', () => {
    it('loses nothing that it said was appended, keeps the order, and tells what failed', async () => {
      const network = new CuttableNetwork();
      const log = await logs.open({}, network.socketFactory);
      const calls = upTo(60).map((call) => upTo(20).map((n) => record(`${call}/${n}`)));
      const acknowledged: number[] = [];
      for (const [nth, call] of calls.entries()) {
        const appending = log.append(call);
        if (nth % 6 === 3) setImmediate(() => network.cut());
        await appending.then(
          () => acknowledged.push(nth),
          (error: unknown) => expect(error).toMatchObject({ code: 'LOG_UNAVAILABLE' }),
        );
      }
      const found = valuesOf(await log.read(fromStart));
      const first = new Map(found.map((value, at) => [value, found.indexOf(value) === at ? at : found.indexOf(value)]));
      const places = acknowledged.flatMap((nth) => calls[nth]!.map(({ value }) => first.get(value)));
      expect(acknowledged.length).toBeGreaterThan(calls.length / 2);
      expect(places).toEqual([...places].sort((a, b) => a! - b!));
      expect(places).not.toContain(undefined);
    });

    it('is away while no broker can be reached, and goes on by itself afterwards', async () => {
      const network = new CuttableNetwork();
      const log = await logs.open({}, network.socketFactory);
      const assignments = new Assignments();
      await log.follow({ topic: 'events', groupId: randomUUID(), onAssigned: assignments.onAssigned });
      await log.append([record('before')]);
      await readOn(log, { topic: 'events', partition: 0, count: 1 });
      network.down();
      await expect(log.append([record('lost')])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
      await expect(log.endOffset(fromStart)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
      await assignments.until((sets) => sets.at(-1)?.length === 0);
      expect(await log.problem()).toContain('not a member of the consumer group of events: ');
      network.up();
      await assignments.untilCount(2);
      await log.append([record('after')]);
      expect(valuesOf(await readOn(log, { topic: 'events', partition: 0, offset: 1, count: 1 }))).toEqual(['after']);
      expect(await log.problem()).toBeUndefined();
      expect(logs.warnings.length).toBeGreaterThan(0);
    });

    it('reads on when what reads is cut off in the middle', async () => {
      const network = new CuttableNetwork();
      const log = await logs.open({}, network.socketFactory);
      await log.append([record('a')]);
      expect(valuesOf(await log.browsing.read(fromStart))).toEqual(['a']);
      network.cut();
      await log.browsing.waitFor({ ...fromStart }, new AbortController().signal);
      const read = async (): Promise<LogRecord[]> => log.browsing.read(fromStart).catch(() => read());
      expect(valuesOf(await read())).toEqual(['a']);
    });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Appender, QUEUE_BYTES_MAX } from './appender.js';
import type { EncodedRecord } from './encode-record.js';
import { FakeProducer } from './testing/fake-producer.js';

const LIMIT = 1_000;
let producers: FakeProducer[];
let ends: unknown[];
let appender: Appender;

const producer = (): FakeProducer => producers.at(-1)!;
const record = (value: string, partition = 0, bytes = 10): EncodedRecord => ({
  topic: 'events',
  partition,
  message: { value, partition },
  bytes,
});
const append = (...records: EncodedRecord[]): Promise<string> =>
  appender.append(records).then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
const kafkaError = (type: string): Error => Object.assign(new Error('words'), { type });

beforeEach(() => {
  producers = [];
  ends = [];
  appender = new Appender({
    createProducer() {
      producers.push(new FakeProducer());
      return producer();
    },
    batchBytesMax: () => LIMIT,
    onAppended: (end) => ends.push(end),
    onWarning: () => undefined,
  });
});

describe('Appender', () => {
  it('sends nothing for nothing', async () => {
    expect(await append()).toBe('ok');
    expect(producers).toEqual([]);
  });

  it('sends one after the other, and what is appended meanwhile together', async () => {
    const first = append(record('a'));
    const others = [append(record('b'), record('c', 1)), append(record('d'))];
    await setImmediate();
    expect(producer().sends).toEqual([['a']]);
    producer().answer();
    expect(await first).toBe('ok');
    await setImmediate();
    expect(producer().sends).toEqual([['a'], ['b', 'c', 'd']]);
    producer().answer();
    expect(await Promise.all(others)).toEqual(['ok', 'ok']);
    expect(producers).toHaveLength(1);
  });

  it('tells where the partitions end', async () => {
    const appended = append(record('a'), record('b', 1), record('c'));
    await setImmediate();
    producer().answer();
    await appended;
    expect(ends).toEqual([
      { topic: 'events', partition: 0, end: 12 },
      { topic: 'events', partition: 1, end: 11 },
    ]);
  });

  it('cuts a call into several sends in order, and is done with the last', async () => {
    let isOver = false;
    const appended = append(record('a', 0, 600), record('b', 0, 600), record('c', 0, 100)).finally(
      () => (isOver = true),
    );
    await setImmediate();
    producer().answer();
    await setImmediate();
    expect([producer().sends, isOver]).toEqual([[['a'], ['b', 'c']], false]);
    producer().answer();
    expect(await appended).toBe('ok');
  });

  it.each(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH', 'REQUEST_TIMED_OUT'])(
    'goes on with a new producer after %s',
    async (type) => {
      const first = append(record('a'));
      await setImmediate();
      const second = append(record('b'));
      producer().fail(kafkaError(type));
      expect(await first).toBe('LOG_UNAVAILABLE');
      await setImmediate();
      expect(producers.map(({ sends, isConnected }) => [sends, isConnected])).toEqual([
        [[['a']], false],
        [[['b']], true],
      ]);
      producer().answer();
      expect(await second).toBe('ok');
    },
  );

  it('sends no more of a call that failed in part', async () => {
    const first = append(record('a', 0, 600), record('b', 0, 600), record('c', 0, 600));
    const second = append(record('d'));
    await setImmediate();
    producer().fail(kafkaError('NOT_ENOUGH_REPLICAS'));
    expect(await first).toBe('LOG_UNAVAILABLE');
    await setImmediate();
    expect(producer().sends).toEqual([['d']]);
    producer().answer();
    expect(await second).toBe('ok');
  });

  it('fails when Kafka has not answered for a partition', async () => {
    const appended = append(record('a'), record('b', 1));
    await setImmediate();
    producer().answer([1]);
    expect(await appended).toBe('LOG_UNAVAILABLE');
  });

  it('says which record is too big, and fails no other with it', async () => {
    const small = append(record('a'));
    const big = append(record('b', 0, 5_000));
    await setImmediate();
    producer().answer();
    await setImmediate();
    producer().fail(kafkaError('MESSAGE_TOO_LARGE'));
    expect(await Promise.all([small, big])).toEqual(['ok', 'OVERSIZE']);
  });

  it('lets no more wait than fits, but a single call of any size', async () => {
    const under = append(record('a'));
    const waits = append(record('b', 0, QUEUE_BYTES_MAX + 1));
    expect(await append(record('c'))).toBe('LOG_UNAVAILABLE');
    await setImmediate();
    producer().answer();
    await setImmediate();
    const next = append(record('d'));
    producer().answer();
    await setImmediate();
    producer().answer();
    expect(await Promise.all([under, waits, next])).toEqual(['ok', 'ok', 'ok']);
  });

  it('sends what was appended before it is closed, and nothing after', async () => {
    const appended = append(record('a'));
    await setImmediate();
    const closing = appender.close();
    expect(await append(record('b'))).toBe('LOG_UNAVAILABLE');
    producer().answer();
    await closing;
    expect([await appended, producer().sends, producer().isConnected]).toEqual(['ok', [['a']], false]);
  });
});

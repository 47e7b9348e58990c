import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import type { LogRecord } from '@waymark/contracts';
import { Browser } from './browser.js';
import type { Bounds } from './offset-bounds.js';
import { FakeConsumer } from './testing/fake-consumer.js';
import { messages } from './testing/messages.js';

let consumers: FakeConsumer[];
let deleted: number;
let bounds: Bounds;
let browser: Browser;

const consumer = (): FakeConsumer => consumers.at(-1)!;
const offsetsOf = (records: readonly LogRecord[]): number[] => records.map(({ offset }) => offset);
const start = (offset: number, max = 10, partition = 0): Promise<number[]> =>
  browser.read({ name: 'events', partition, offset, max }).then(offsetsOf);
const give = (at: number, last: number, partition = 0): Promise<void> =>
  consumer().give({ partition, at, messages: messages(at, last), last });

/** Starts a read whose consumer has joined and was asked to fetch. */
async function reading(...args: Parameters<typeof start>): Promise<{ records: Promise<number[]> }> {
  const records = start(...args);
  records.catch(() => undefined);
  for (let turns = 0; turns < 5; turns += 1) await setImmediate();
  if (!consumer().calls.includes('pause 0 1')) consumer().join([0, 1]);
  for (let turns = 0; turns < 5; turns += 1) await setImmediate();
  return { records };
}

beforeEach(() => {
  [consumers, deleted] = [[], 0];
  bounds = { low: 2, high: 8 };
  browser = new Browser({
    topics: new Map([['events', 'events']]),
    createConsumer() {
      consumers.push(new FakeConsumer());
      return consumer().asConsumer;
    },
    bounds: async () => new Map([0, 1].map((partition) => [partition, { ...bounds }])),
    deleteGroup: async () => {
      deleted += 1;
    },
    onWarning: () => undefined,
  });
});

afterEach(() => browser.close());

describe('Browser', () => {
  it('makes no consumer where there is nothing to read', async () => {
    expect(await Promise.all([start(8), start(99), start(0, 0), start(0, 10, 7)])).toEqual([[], [], [], []]);
    await browser.close();
    expect([consumers, deleted]).toEqual([[], 0]);
  });

  it('keeps everything paused but what is being read, up to where it ended', async () => {
    const { records } = await reading(0);
    expect(consumer().calls.slice(1)).toEqual(['pause 0 1', 'seek 0 2', 'resume 0']);
    await give(2, 4);
    await give(5, 7);
    expect(await records).toEqual([2, 3, 4, 5, 6, 7]);
    expect(consumer().calls.at(-1)).toBe('pause 0');
  });

  it('gives no more than is wanted, and takes nothing fetched before', async () => {
    const { records } = await reading(4, 2);
    await give(2, 3);
    await give(4, 7);
    expect(await records).toEqual([4, 5]);
  });

  it('is at the end where only markers of transactions are left', async () => {
    const { records } = await reading(6);
    await give(6, 6);
    consumer().emit('END_BATCH_PROCESS', { topic: 'events', partition: 0, batchSize: 0, lastOffset: '7' });
    expect(await records).toEqual([6]);
  });

  it('reads one partition one read after the other, several at once', async () => {
    const first = await reading(2, 1);
    const second = await reading(5, 1);
    const other = await reading(6, 1, 1);
    expect(consumer().calls.filter((call) => call.startsWith('seek'))).toEqual(['seek 0 2', 'seek 1 6']);
    await give(2, 2);
    await give(6, 6, 1);
    for (let turns = 0; turns < 5; turns += 1) await setImmediate();
    await give(5, 5);
    expect(await Promise.all([first.records, second.records, other.records])).toEqual([[2], [5], [6]]);
  });

  it('begins again where it was when its group was joined anew', async () => {
    const { records } = await reading(2);
    await give(2, 4);
    consumer().calls.length = 0;
    consumer().join([0, 1]);
    expect(consumer().calls).toEqual(['pause 0 1', 'seek 0 5', 'resume 0']);
    await give(5, 7);
    expect(await records).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('fails when the consumer is lost, unless something was read', async () => {
    const { records } = await reading(2);
    const other = await reading(2, 10, 1);
    await give(2, 3);
    consumer().crash(new Error('away'));
    expect(await records).toEqual([2, 3]);
    await expect(other.records).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  });

  it('does not wait for ever', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const { records } = await reading(2);
    jest.advanceTimersByTime(5_000);
    jest.useRealTimers();
    await expect(records).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: expect.stringMatching(/transaction/),
    });
  });

  it('deletes its group when it is closed, and reads no more', async () => {
    const { records } = await reading(7);
    await give(7, 7);
    await records;
    await browser.close();
    expect([consumer().calls.at(-1), deleted]).toEqual(['disconnect', 1]);
    await expect(start(2)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  });
});

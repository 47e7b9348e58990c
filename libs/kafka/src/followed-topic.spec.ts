import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import type { LogRecord } from '@waymark/contracts';
import { FollowedTopic } from './followed-topic.js';
import type { Bounds } from './offset-bounds.js';
import { BUFFER_RECORDS_MAX } from './partition-buffer.js';
import { FakeConsumer } from './testing/fake-consumer.js';
import { messages } from './testing/messages.js';

const NEVER = new AbortController().signal;
let consumers: FakeConsumer[];
let assigned: string[];
let warnings: string[];
let bounds: Bounds;
let topic: FollowedTopic;

const consumer = (): FakeConsumer => consumers.at(-1)!;
const offsetsOf = (records: readonly LogRecord[]): number[] => records.map(({ offset }) => offset);
const read = async (offset: number, max = 100): Promise<number[]> =>
  offsetsOf(await topic.read({ partition: 0, offset, max }));
const give = (
  at: number,
  first: number,
  last: number,
  over: { isStale?: boolean; last?: number } = {},
): Promise<void> => consumer().give({ partition: 0, at, messages: messages(first, last), last, ...over });

async function untilMade(count: number): Promise<void> {
  while (consumers.length < count) await setImmediate();
  await setImmediate();
}

beforeEach(async () => {
  [consumers, assigned, warnings] = [[], [], []];
  bounds = { low: 0, high: 1_000_000 };
  topic = new FollowedTopic({
    topic: 'events',
    name: 'events',
    createConsumer() {
      consumers.push(new FakeConsumer());
      return consumer().asConsumer;
    },
    bounds: async () => new Map([0, 1].map((partition) => [partition, { ...bounds }])),
    onAssigned: (partitions) => assigned.push(partitions.join(' ')),
    onWarning: (error) => warnings.push(error.message),
  });
  const joined = topic.start();
  await untilMade(1);
  consumer().join([0, 1]);
  await joined;
  consumer().calls.length = 0;
});

afterEach(() => topic.close());

describe('FollowedTopic', () => {
  it('fetches a partition when somebody reads it, from there', async () => {
    expect([assigned, topic.has(0), topic.has(2)]).toEqual([['0 1'], true, false]);
    expect(await read(5)).toEqual([]);
    expect(consumer().calls).toEqual(['seek 0 5', 'resume 0']);
    await give(5, 5, 8);
    expect(consumer().resolved).toEqual([8]);
    expect(await read(5, 2)).toEqual([5, 6]);
    expect(await read(7)).toEqual([7, 8]);
  });

  it('begins where the log does, for who has processed nothing', async () => {
    bounds = { low: 40, high: 50 };
    await read(0);
    await give(40, 40, 41);
    expect(consumer().calls).toEqual(['seek 0 40', 'resume 0']);
    expect(await read(0)).toEqual([40, 41]);
  });

  it.each([
    { offset: 39, what: 'below' },
    { offset: 51, what: 'beyond' },
  ])('refuses a reader who is $what what the log has', async ({ offset }) => {
    bounds = { low: 40, high: 50 };
    await expect(read(offset)).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
    expect(consumer().calls).toEqual([]);
  });

  it('goes back with a reader who is further back, and takes nothing fetched before', async () => {
    await read(5);
    await give(5, 5, 8);
    await read(7);
    consumer().calls.length = 0;
    expect(await read(2)).toEqual([]);
    expect(consumer().calls).toEqual(['seek 0 2', 'resume 0']);
    await give(9, 9, 10, { isStale: true });
    expect(await read(2)).toEqual([]);
    await give(2, 2, 3);
    expect(await read(2)).toEqual([2, 3]);
  });

  it('takes no batch twice, and none for a partition nobody reads or that is not assigned', async () => {
    await read(0);
    await give(0, 0, 3);
    await consumer().give({ partition: 1, at: 0, messages: messages(0, 3), last: 3 });
    await consumer().give({ partition: 7, at: 0, messages: messages(0, 3), last: 3 });
    expect(consumer().resolved).toEqual([3]);
    expect(await read(0)).toEqual([0, 1, 2, 3]);
  });

  it('takes what follows something that was never to be read', async () => {
    await read(0);
    await give(0, 0, 3, { last: 4 });
    await give(7, 7, 8);
    expect(await read(0)).toEqual([0, 1, 2, 3, 7, 8]);
    expect(warnings).toEqual([]);
  });

  it('takes nothing after records that Kafka has deleted unread, and refuses the reader', async () => {
    await read(0);
    await give(0, 0, 3);
    bounds = { low: 7, high: 9 };
    await give(7, 7, 8);
    expect(consumer().calls.at(-1)).toBe('pause 0');
    await expect(read(4)).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
    expect(consumer().resolved).toEqual([3]);
  });

  it('takes nothing from a log that has begun anew, and refuses the reader', async () => {
    await read(500);
    bounds = { low: 0, high: 3 };
    await give(0, 0, 2);
    await expect(read(500)).rejects.toMatchObject({ code: 'LOG_MISMATCH' });
  });

  it('pauses when the buffer is full, takes no more, and goes on when it is drained', async () => {
    await read(0);
    const half = BUFFER_RECORDS_MAX / 2;
    await give(0, 0, BUFFER_RECORDS_MAX - 2);
    consumer().calls.length = 0;
    await give(BUFFER_RECORDS_MAX - 1, BUFFER_RECORDS_MAX - 1, BUFFER_RECORDS_MAX + 8);
    expect(consumer().resolved.at(-1)).toBe(BUFFER_RECORDS_MAX - 1);
    expect(consumer().calls).toEqual(['pause 0']);
    expect(await read(half - 1, 1)).toEqual([half - 1]);
    expect(consumer().calls).toEqual(['pause 0']);
    await read(half, 1);
    expect(consumer().calls).toEqual(['pause 0', 'resume 0']);
    await give(BUFFER_RECORDS_MAX, BUFFER_RECORDS_MAX, BUFFER_RECORDS_MAX);
    expect(await read(BUFFER_RECORDS_MAX - 1)).toEqual([BUFFER_RECORDS_MAX - 1, BUFFER_RECORDS_MAX]);
  });

  describe('waitFor', () => {
    const waiting = async (offset: number): Promise<() => boolean> => {
      let isOver = false;
      void topic.waitFor({ partition: 0, offset }, NEVER).then(() => (isOver = true));
      await setImmediate();
      return () => isOver;
    };

    it('is over when there is something to read', async () => {
      await read(0);
      const isOver = await waiting(0);
      expect(isOver()).toBe(false);
      await give(0, 0, 0);
      await setImmediate();
      expect(isOver()).toBe(true);
      expect((await waiting(0))()).toBe(true);
      expect((await waiting(1))()).toBe(false);
    });

    it('is over when the reader has to read for the fetching to go on', async () => {
      expect((await waiting(0))()).toBe(true);
      await read(0);
      const isOver = await waiting(0);
      consumer().emit('REBALANCING');
      await setImmediate();
      expect(isOver()).toBe(true);
    });

    it('is over when the partition is lost', async () => {
      await read(0);
      const isOver = await waiting(0);
      consumer().join([1]);
      await setImmediate();
      expect([isOver(), topic.has(0)]).toEqual([true, false]);
    });
  });

  describe('when members come and go', () => {
    it('drops what was fetched while the group is rebalancing, and says nothing when it keeps its partitions', async () => {
      await read(0);
      await give(0, 0, 3);
      consumer().emit('REBALANCING');
      expect(await read(0)).toEqual([]);
      consumer().join([1, 0]);
      expect([assigned, topic.has(0)]).toEqual([['0 1'], true]);
      consumer().calls.length = 0;
      expect(await read(2)).toEqual([]);
      expect(consumer().calls).toEqual(['seek 0 2', 'resume 0']);
    });

    it('says the whole set at every change', async () => {
      consumer().join([1]);
      consumer().join([]);
      consumer().join([0, 1]);
      expect(assigned).toEqual(['0 1', '1', '', '0 1']);
    });

    it('has nothing while its consumer is made anew after a crash', async () => {
      await read(0);
      consumer().crash(new Error('away'));
      expect([assigned.at(-1), topic.has(0), topic.problem]).toEqual(['', false, 'away']);
      await untilMade(2);
      consumer().join([0]);
      expect([assigned.at(-1), topic.has(0), topic.problem]).toEqual(['0', true, undefined]);
      await read(0);
      await give(0, 0, 1);
      expect(await read(0)).toEqual([0, 1]);
    });

    it('says nothing any more when it is closed', async () => {
      await topic.close();
      expect([assigned, topic.has(0)]).toEqual([['0 1'], false]);
    });
  });

  describe('what is committed', () => {
    it('is where the readers are', async () => {
      await read(3);
      await topic.read({ partition: 1, offset: 8, max: 1 });
      await topic.close();
      expect(consumer().calls.slice(-3)).toEqual(['commit 0 3', 'commit 1 8', 'disconnect']);
    });

    it('is told when it fails', async () => {
      await read(3);
      consumer().failure = new Error('no');
      await topic.close();
      expect(warnings).toEqual(['the lag of events could not be committed: no']);
    });

    it('is left to the next time while the group is rebalancing', async () => {
      await read(3);
      consumer().failure = Object.assign(new Error('no'), { type: 'REBALANCE_IN_PROGRESS' });
      await topic.close();
      expect(warnings).toEqual([]);
    });
  });
});

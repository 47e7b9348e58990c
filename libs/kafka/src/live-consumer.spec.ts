import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { LiveConsumer } from './live-consumer.js';
import { FakeConsumer } from './testing/fake-consumer.js';

let consumers: FakeConsumer[];
let events: string[];
let warnings: string[];
let pauses: number[];
/** What the consumers that are made fail to connect with, one after the other. */
let failures: (Error | undefined)[];
let live: LiveConsumer;

beforeEach(() => {
  [consumers, events, warnings, pauses, failures] = [[], [], [], [], []];
  live = new LiveConsumer({
    topics: ['events'],
    createConsumer() {
      const consumer = new FakeConsumer();
      consumer.failure = failures.shift();
      consumers.push(consumer);
      return consumer.asConsumer;
    },
    joined: (assignment) => events.push(`joined ${assignment['events']!.join(' ')}`),
    rebalancing: () => events.push('rebalancing'),
    lost: () => events.push('lost'),
    batch: async () => undefined,
    skipped: ({ partition, last }) => events.push(`skipped ${partition} ${last}`),
    onWarning: (error) => warnings.push(error.message),
    pauseFor: async (ms, signal) => {
      if (!signal.aborted) pauses.push(ms);
    },
  });
});

afterEach(() => live.close());

const last = (): FakeConsumer => consumers.at(-1)!;

async function untilMade(count: number): Promise<FakeConsumer> {
  while (consumers.length < count) await setImmediate();
  await setImmediate();
  return last();
}

describe('LiveConsumer', () => {
  let joining: Promise<void>;

  beforeEach(() => {
    joining = live.start();
  });

  it('is a member when it has joined, and not before', async () => {
    await untilMade(1);
    expect(live.problem).toBe('it has not been joined yet');
    last().join([0, 1]);
    await joining;
    expect(live.problem).toBeUndefined();
    expect(events).toEqual(['joined 0 1']);
    expect(last().calls).toEqual(['subscribe events']);
  });

  it('passes on what its member is asked, and what it tells', async () => {
    await untilMade(1);
    last().join([0]);
    live.seek({ topic: 'events', partition: 0, offset: 5 });
    live.pause({ topic: 'events', partitions: [0] });
    live.resume({ topic: 'events', partition: 0 });
    await live.commit([{ topic: 'events', partition: 0, offset: 3 }]);
    last().emit('REBALANCING');
    last().emit('END_BATCH_PROCESS', { topic: 'events', partition: 0, batchSize: 0, lastOffset: '7' });
    last().emit('END_BATCH_PROCESS', { topic: 'events', partition: 0, batchSize: 2, lastOffset: '9' });
    expect(last().calls).toEqual(['subscribe events', 'seek 0 5', 'pause 0', 'resume 0', 'commit 0 3']);
    expect(events).toEqual(['joined 0', 'rebalancing', 'skipped 0 7']);
  });

  it('asks nothing of who is not a member', async () => {
    await untilMade(1);
    live.seek({ topic: 'events', partition: 0, offset: 5 });
    await live.commit([{ topic: 'events', partition: 0, offset: 3 }]);
    expect(last().calls).toEqual(['subscribe events']);
  });

  it('makes a new consumer when one has crashed for good, and hears nothing of the old one', async () => {
    const first = await untilMade(1);
    first.join([0]);
    first.crash(new Error('the coordinator is loading'));
    expect(events).toEqual(['joined 0', 'lost']);
    expect(live.problem).toBe('the coordinator is loading');
    const second = await untilMade(2);
    first.join([0, 1]);
    first.emit('REBALANCING');
    second.join([1]);
    expect(events).toEqual(['joined 0', 'lost', 'joined 1']);
    expect(first.calls.at(-1)).toBe('disconnect');
    expect(warnings).toEqual(['the consumer of events is made anew: the coordinator is loading']);
  });

  it('makes a new consumer when one has stopped without a word', async () => {
    (await untilMade(1)).join([0]);
    last().emit('STOP');
    (await untilMade(2)).join([0]);
    expect(events).toEqual(['joined 0', 'lost', 'joined 0']);
  });

  it('waits longer from failure to failure, up to five seconds, and begins anew when it was a member', async () => {
    for (const made of [1, 2, 3, 4, 5, 6, 7, 8]) (await untilMade(made)).crash(new Error('away'));
    (await untilMade(9)).join([0]);
    last().crash(new Error('away again'));
    await untilMade(10);
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 100]);
    expect(events).toEqual(['joined 0', 'lost']);
  });

  it('tries again when the first cannot connect', async () => {
    failures = [new Error('nobody there')];
    const second = new LiveConsumer({
      topics: ['events'],
      createConsumer: () => {
        const consumer = new FakeConsumer();
        consumer.failure = failures.shift();
        consumers.push(consumer);
        return consumer.asConsumer;
      },
      joined: () => events.push('second joined'),
      rebalancing: () => undefined,
      lost: () => undefined,
      batch: async () => undefined,
      onWarning: (error) => warnings.push(error.message),
      pauseFor: async () => undefined,
    });
    const joined = second.start();
    (await untilMade(3)).join([0]);
    await joined;
    expect(warnings).toEqual(['the consumer of events is made anew: nobody there']);
    await second.close();
  });

  it('leaves when it is closed, and makes no other', async () => {
    (await untilMade(1)).join([0]);
    await live.close();
    expect(last().calls.at(-1)).toBe('disconnect');
    expect(events).toEqual(['joined 0', 'lost']);
    expect([consumers.length, warnings, pauses]).toEqual([1, [], []]);
  });

  it('lets go of who waits to join when it is closed', async () => {
    await untilMade(1);
    await live.close();
    await expect(joining).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  });
});

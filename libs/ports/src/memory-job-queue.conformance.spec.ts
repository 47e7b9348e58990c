import { describe, expect, it } from '@jest/globals';
import { jobQueueSuite } from './job-queue.suite.js';
import { ManualClock } from './manual-clock.js';
import { MemoryJobQueue } from './memory-job-queue.js';

jobQueueSuite('memory', async () => {
  const clock = new ManualClock(1_000_000);
  const queue = new MemoryJobQueue(clock);
  return {
    queue,
    now: () => clock.now(),
    async elapse(ms) {
      clock.moveTo(clock.now() + ms);
      await queue.step();
    },
  };
});

describe('MemoryJobQueue', () => {
  it('says when there is something to do next', async () => {
    const queue = new MemoryJobQueue(new ManualClock(0));
    expect(queue.nextDueAt()).toBeUndefined();
    await queue.add([
      { id: 'b', dueAt: 20, data: {} },
      { id: 'a', dueAt: 10, data: {} },
    ]);
    expect(queue.nextDueAt()).toBe(10);
  });

  it('runs nothing while nobody works', async () => {
    const queue = new MemoryJobQueue(new ManualClock(0));
    await queue.add([{ id: 'a', dueAt: 0, data: {} }]);
    expect(await queue.step()).toBe(false);
    expect(await queue.size()).toBe(1);
  });
});

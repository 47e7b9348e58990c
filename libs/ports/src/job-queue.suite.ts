import { afterEach, describe, expect, it } from '@jest/globals';
import type { Job, JobQueue } from './job-queue.js';

/** A queue on a clock that the suite drives. */
export interface JobQueueUnderTest {
  queue: JobQueue;
  /** The clock's position, in milliseconds since 1970. */
  now(): number;
  /** Moves the clock on and lets what is due run. */
  elapse(ms: number): Promise<void>;
}

/** Collects what a handler was given and lets a test wait for it. */
class Handled {
  readonly jobs: Job[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  readonly handler = async (job: Job): Promise<void> => {
    this.jobs.push(job);
    for (const { resolve } of this.#waiting.filter(({ count }) => count <= this.jobs.length)) resolve();
  };

  get ids(): string[] {
    return this.jobs.map(({ id }) => id);
  }

  /** Resolves when there were `count` calls. */
  times(count: number): Promise<void> {
    if (this.jobs.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

/** What every adapter of {@link JobQueue} must do. `create` gives a queue of its own each time. */
export function jobQueueSuite(name: string, create: () => Promise<JobQueueUnderTest>): void {
  const opened: JobQueue[] = [];
  const open = async (): Promise<JobQueueUnderTest> => {
    const made = await create();
    opened.push(made.queue);
    return made;
  };

  describe(`JobQueue: ${name}`, () => {
    afterEach(async () => {
      for (const queue of opened.splice(0)) await queue.close();
    });

    it('runs jobs when the clock has reached their moments, and not before', async () => {
      const { queue, now, elapse } = await open();
      const handled = new Handled();
      const start = now();
      await queue.work(handled.handler);
      await queue.add([
        { id: 'later', dueAt: start + 3_600_000, data: { a: '1' } },
        { id: 'sooner', dueAt: start + 60_000, data: { b: '2' } },
      ]);
      await elapse(60_000);
      await handled.times(1);
      expect(handled.jobs).toEqual([{ id: 'sooner', dueAt: start + 60_000, data: { b: '2' } }]);
      await elapse(3_600_000);
      await handled.times(2);
      expect(handled.ids).toEqual(['sooner', 'later']);
    });

    it('takes two jobs with one id for one while the first is not done', async () => {
      const { queue, now, elapse } = await open();
      const handled = new Handled();
      await queue.work(handled.handler);
      const dueAt = now() + 1_000;
      await queue.add([{ id: 'a.1:2/3', dueAt, data: {} }]);
      await queue.add([
        { id: 'a.1:2/3', dueAt, data: {} },
        { id: 'other', dueAt: dueAt + 1, data: {} },
      ]);
      expect(await queue.size()).toBe(2);
      await elapse(2_000);
      await handled.times(2);
      expect(handled.ids.sort()).toEqual(['a.1:2/3', 'other']);
    });

    it('keeps jobs that were added before anybody worked', async () => {
      const { queue, now, elapse } = await open();
      const handled = new Handled();
      await queue.add([{ id: 'early', dueAt: now() + 1_000, data: {} }]);
      await queue.work(handled.handler);
      await elapse(1_000);
      await handled.times(1);
      expect(handled.ids).toEqual(['early']);
    });

    it('calls again, later, a handler that rejected, and then forgets the job', async () => {
      const { queue, now, elapse } = await open();
      const handled = new Handled();
      const done = new Handled();
      await queue.work(async (job) => {
        await handled.handler(job);
        if (handled.jobs.length === 1) throw new Error('not this time');
        await done.handler(job);
      });
      await queue.add([{ id: 'stubborn', dueAt: now(), data: {} }]);
      await elapse(1);
      await handled.times(1);
      expect(await queue.size()).toBe(1);
      await elapse(120_000);
      await done.times(1);
      await queue.close();
      expect(handled.ids).toEqual(['stubborn', 'stubborn']);
    });
  });
}

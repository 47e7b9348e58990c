import type { EpochMs } from '@waymark/contracts';
import type { Clock } from './clock.js';
import type { Job, JobQueue } from './job-queue.js';

/** Milliseconds after which a job whose handler rejected is tried again. */
const AGAIN_MS = 1_000;

/** A job queue in memory, for tests, scenarios and simulations: jobs run only by `step`. */
export class MemoryJobQueue implements JobQueue {
  readonly #clock: Clock;
  readonly #jobs = new Map<string, Job>();
  #handler: ((job: Job) => Promise<void>) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) if (!this.#jobs.has(job.id)) this.#jobs.set(job.id, job);
  }

  async work(handler: (job: Job) => Promise<void>): Promise<void> {
    this.#handler = handler;
  }

  async size(): Promise<number> {
    return this.#jobs.size;
  }

  async close(): Promise<void> {
    this.#handler = undefined;
  }

  nextDueAt(): EpochMs | undefined {
    const due = [...this.#jobs.values()].map(({ dueAt }) => dueAt);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Runs the jobs that are due; resolves with whether there was one. */
  async step(): Promise<boolean> {
    const due = [...this.#jobs.values()]
      .filter(({ dueAt }) => dueAt <= this.#clock.now())
      .sort((a, b) => a.dueAt - b.dueAt);
    if (!this.#handler) return false;
    for (const job of due) {
      this.#jobs.delete(job.id);
      try {
        await this.#handler(job);
      } catch {
        this.#jobs.set(job.id, { ...job, dueAt: this.#clock.now() + AGAIN_MS });
      }
    }
    return due.length > 0;
  }
}

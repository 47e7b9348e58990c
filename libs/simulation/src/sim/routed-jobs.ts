import type { Job, MemoryJobQueue } from '@waymark/ports';
import { WaymarkError } from '@waymark/contracts';
import type { Random } from './random.js';
import type { Caller } from './turnstile.js';
import type { WorldTime } from './world-time.js';

type Handler = (job: Job) => Promise<void>;

/** The one job queue of a cluster: a job that is due goes to one of the processes that work on jobs, whichever. */
export class RoutedJobs {
  readonly #jobs: MemoryJobQueue;
  readonly #time: WorldTime;
  readonly #random: Random;
  readonly #workers = new Map<Caller, Handler>();

  constructor(jobs: MemoryJobQueue, time: WorldTime, random: Random) {
    this.#jobs = jobs;
    this.#time = time;
    this.#random = random;
    void jobs.work((job) => this.#route(job));
  }

  work(worker: Caller, handler: Handler): void {
    this.#workers.set(worker, handler);
  }

  leave(worker: Caller): void {
    this.#workers.delete(worker);
  }

  /** To be called when jobs were added: they run when they are due. */
  expect(): void {
    const dueAt = this.#jobs.nextDueAt();
    if (dueAt === undefined) return;
    this.#time.at(dueAt, () => void this.#jobs.step().then((worked) => worked && this.expect()));
  }

  async #route(job: Job): Promise<void> {
    const able = [...this.#workers].filter(([worker]) => worker.isAlive && worker.standsUntil <= this.#time.now);
    if (able.length === 0) throw new WaymarkError('NOT_READY', 'nobody works on jobs now');
    await this.#random.pick(able)[1](job);
  }
}

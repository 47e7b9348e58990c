/**
 * Delayed jobs by BullMQ, in PostgreSQL or in Redis.
 *
 *   add --> delayed --due--> active --done--> (removed)
 *             ^  ^              |
 *             |  '-- too early -+
 *             '---- rejected ---'  with backoff, HANDLER_TRIES_MAX times, then removed
 *
 * A job's `dueAt` is a moment of the {@link Clock}, while BullMQ's delays run on real time:
 * - With the machine's own clock the two are one, and BullMQ's delay is all there is.
 * - Any other clock may run ahead: for each waiting job a sleeper on the clock promotes it when its moment comes.
 * - It may also stand still: a job that BullMQ hands out before its moment is put back.
 *
 * Left to others: what differs between the stores (`backends/`), and the truth. A job only wakes; losing one costs time,
 * running one twice costs nothing.
 */
import type { EpochMs } from '@waymark/contracts';
import { SystemClock, type Clock, type Job, type JobQueue } from '@waymark/ports';
import { DelayedError, Queue, Worker, type IQueueBackend, type Job as BullJob, type JobProgress } from 'bullmq';
import type { JobBackend } from './backends/job-backend.js';
import { postgresBackend, type PostgresJobsOptions } from './backends/postgres-backend.js';
import { redisBackend, type RedisJobsOptions } from './backends/redis-backend.js';
import { classified, classifyQueueError } from './classify-error.js';

const QUEUE = 'waymark-retries';
/** Jobs being worked on at the same time at most. */
const CONCURRENCY = 20;
const HANDLER_TRIES_MAX = 100;
const BACKOFF_BASE_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;
/** Longest time in real milliseconds until a job that came too early is looked at again. */
const EARLY_LOOK_MS_MAX = 1_000;
/** Waiting jobs that a restart on a driven clock watches at most. */
const WATCHED_MAX = 10_000;
/** BullMQ's code of the error for a job that is not in the state a call wants. */
const JOB_NOT_IN_STATE = -3;
const REAL_TIME = new SystemClock();

/** The store is chosen by what is named of it. */
export type BullMqOptions = (PostgresJobsOptions | RedisJobsOptions) & {
  clock: Clock;
  /** Told of errors that belong to no call, such as a lost connection, which is made anew. */
  onError: (error: Error) => void;
};

type JobsQueue = Queue<Job, void, string, Job, void, string, IQueueBackend, object>;
type JobsWorker = Worker<Job, void, string, IQueueBackend, JobProgress, object>;

/** The job queue on BullMQ. Its calls reject with STORE_UNAVAILABLE when the store is away. */
export class BullMqJobQueue implements JobQueue {
  readonly #options: BullMqOptions;
  readonly #backend: JobBackend;
  readonly #queue: JobsQueue;
  readonly #closing = new AbortController();
  #worker: JobsWorker | undefined;

  constructor(options: BullMqOptions) {
    this.#options = options;
    this.#backend = 'redisUrl' in options ? redisBackend(options) : postgresBackend(options);
    this.#queue = new Queue(QUEUE, { connection: {} }, this.#backend.create);
    this.#queue.on('error', (error) => this.#tell(error));
  }

  async add(jobs: readonly Job[]): Promise<void> {
    const bulk = jobs.map((job) => ({
      name: 'job',
      data: job,
      opts: {
        jobId: bullIdOf(job.id),
        delay: this.#leftMs(job.dueAt),
        attempts: HANDLER_TRIES_MAX,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: true,
      },
    }));
    await this.#ask(() => this.#queue.addBulk(bulk));
    this.#watch(jobs);
  }

  async work(handler: (job: Job) => Promise<void>): Promise<void> {
    await this.#backend.ready();
    const settings = { backoffStrategy: (tries = 1) => Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (tries - 1)) };
    const worker: JobsWorker = new Worker(
      QUEUE,
      (job: BullJob<Job>, token?: string) => this.#run(job, token, handler),
      { connection: {}, concurrency: CONCURRENCY, settings, autorun: false },
      this.#backend.create,
    );
    worker.on('error', (error) => this.#tell(error));
    this.#worker = worker;
    await classified(() => worker.waitUntilReady());
    if (this.#isDriven)
      this.#watch((await this.#ask(() => this.#queue.getDelayed(0, WATCHED_MAX - 1))).map(({ data }) => data));
    void worker.run().catch((error: unknown) => this.#tell(error));
  }

  async size(): Promise<number> {
    const counts = await this.#ask(() => this.#queue.getJobCounts('active', 'delayed', 'prioritized', 'waiting'));
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await classified(async () => {
      const isGone = !(await this.#backend.answers());
      await this.#worker?.close(isGone);
      await this.#queue.close();
      await this.#backend.close();
    });
  }

  #ask<T>(work: () => Promise<T>): Promise<T> {
    return classified(async () => {
      await this.#backend.ready();
      return work();
    });
  }

  async #run(job: BullJob<Job>, token: string | undefined, handler: (job: Job) => Promise<void>): Promise<void> {
    const leftMs = this.#leftMs(job.data.dueAt);
    if (leftMs > 0) {
      await job.moveToDelayed(REAL_TIME.now() + Math.min(leftMs, EARLY_LOOK_MS_MAX), token);
      throw new DelayedError();
    }
    await handler(job.data);
  }

  get #isDriven(): boolean {
    return !(this.#options.clock instanceof SystemClock);
  }

  #leftMs(dueAt: EpochMs): number {
    return Math.max(0, dueAt - this.#options.clock.now());
  }

  /** A clock that is driven may reach a job's moment before BullMQ's delay is over. */
  #watch(jobs: readonly Job[]): void {
    if (!this.#isDriven) return;
    for (const { id, dueAt } of jobs) {
      void this.#options.clock.wakeAt(dueAt, this.#closing.signal).then(() => this.#promote(id));
    }
  }

  /** A connection that is lost while everything is closed is no news. */
  #tell(error: unknown): void {
    if (!this.#closing.signal.aborted) this.#options.onError(classifyQueueError(error));
  }

  async #promote(id: string): Promise<void> {
    if (this.#closing.signal.aborted) return;
    try {
      const job = await this.#queue.getJob(bullIdOf(id));
      if (job && (await job.isDelayed())) await job.promote();
    } catch (error) {
      const isOnItsWay = (error as { code?: unknown }).code === JOB_NOT_IN_STATE;
      if (!isOnItsWay) this.#tell(error);
    }
  }
}

/** BullMQ's ids have no colon and are not whole numbers. */
function bullIdOf(id: string): string {
  return `job-${encodeURIComponent(id)}`;
}

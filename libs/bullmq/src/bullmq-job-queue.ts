/**
 * Delayed jobs in PostgreSQL, by BullMQ.
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
 * Left to others: the truth. A job only wakes; losing one costs time, running one twice costs nothing.
 */
import type { EpochMs } from '@waymark/contracts';
import { SystemClock, type Clock, type Job, type JobQueue } from '@waymark/ports';
import {
  createPostgresBackend,
  DelayedError,
  Queue,
  Worker,
  type Job as BullJob,
  type JobProgress,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
} from 'bullmq';
import { classified, classifyQueueError } from './classify-error.js';

const QUEUE = 'waymark-retries';
/** Jobs being worked on at the same time at most. */
const CONCURRENCY = 20;
/** Connections at most, for adding and for working each. */
const POOL_MAX = 4;
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

export interface BullMqOptions {
  /** `postgres://user:password@host:port/database` */
  connectionString: string;
  /** The schema of BullMQ's own tables; made and kept up to date by it. */
  schema: string;
  clock: Clock;
  /** Told of errors that belong to no call, such as a lost connection, which is made anew. */
  onError: (error: Error) => void;
}

type PostgresQueue = Queue<Job, void, string, Job, void, string, PostgresQueueBackend, PostgresConnectionOptions>;
type PostgresWorker = Worker<Job, void, string, PostgresQueueBackend, JobProgress, PostgresConnectionOptions>;

/** The job queue on BullMQ's PostgreSQL backend. Its calls reject with STORE_UNAVAILABLE when the database is away. */
export class BullMqJobQueue implements JobQueue {
  readonly #options: BullMqOptions;
  readonly #connection: PostgresConnectionOptions;
  readonly #queue: PostgresQueue;
  readonly #closing = new AbortController();
  #worker: PostgresWorker | undefined;

  constructor(options: BullMqOptions) {
    const { connectionString, schema } = options;
    this.#options = options;
    this.#connection = { connectionString, schema, max: POOL_MAX, migrate: true };
    this.#queue = new Queue(QUEUE, { connection: this.#connection }, createPostgresBackend);
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
    await classified(() => this.#queue.addBulk(bulk));
    this.#watch(jobs);
  }

  async work(handler: (job: Job) => Promise<void>): Promise<void> {
    const settings = { backoffStrategy: (tries = 1) => Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (tries - 1)) };
    const options = { connection: this.#connection, concurrency: CONCURRENCY, settings, autorun: false };
    const worker: PostgresWorker = new Worker(
      QUEUE,
      (job: BullJob<Job>, token?: string) => this.#run(job, token, handler),
      options,
      createPostgresBackend,
    );
    worker.on('error', (error) => this.#tell(error));
    this.#worker = worker;
    await classified(() => worker.waitUntilReady());
    if (this.#isDriven)
      this.#watch((await classified(() => this.#queue.getDelayed(0, WATCHED_MAX - 1))).map(({ data }) => data));
    void worker.run().catch((error: unknown) => this.#tell(error));
  }

  async size(): Promise<number> {
    const counts = await classified(() => this.#queue.getJobCounts('active', 'delayed', 'prioritized', 'waiting'));
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await classified(async () => {
      await this.#worker?.close();
      await this.#queue.close();
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

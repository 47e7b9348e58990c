import type { EpochMs } from '@waymark/contracts';

/** A job to be run at or after a moment. Two jobs with one id are one job while the first is not done. */
export interface Job {
  id: string;
  dueAt: EpochMs;
  data: Readonly<Record<string, string>>;
}

/** Delayed work that survives a restart: used for retries. The truth is in the store; a job is only a wake-up. */
export interface JobQueue {
  add(jobs: readonly Job[]): Promise<void>;
  /** Starts working. A handler that rejects is called again later, with backoff. */
  work(handler: (job: Job) => Promise<void>): Promise<void>;
  /** Jobs not yet done. */
  size(): Promise<number>;
  /** Stops taking jobs, waits for those in hand, closes connections. */
  close(): Promise<void>;
}

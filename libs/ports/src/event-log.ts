import type { LogRecord, NewRecord, Topic } from '@waymark/contracts';

/**
 * The log between the services: topics of equally many partitions, each an ordered sequence of records at offsets
 * 0, 1, 2 … without gaps that a reader could see filled later.
 */
export interface EventLog {
  /** Partitions of every topic. */
  readonly partitions: number;
  /**
   * Appends, in the order given within each partition. Resolves when durable (P4). Rejects with LOG_UNAVAILABLE, or
   * with STORE_UNAVAILABLE or DISK_FULL where it lives in a database (all transient), in which case any prefix of a
   * partition's records may have been appended; with DEFECT, having appended nothing, for a partition that does not exist.
   */
  append(records: readonly NewRecord[]): Promise<void>;
  /** At most `max` records from `offset` on, at once; empty at the end. */
  read(from: { topic: Topic; partition: number; offset: number; max: number }): Promise<LogRecord[]>;
  /** Resolves when a record at `offset` may exist, or `signal` aborts; never rejects, may wake for nothing. */
  waitFor(at: { topic: Topic; partition: number; offset: number }, signal: AbortSignal): Promise<void>;
  /** The offset the next record of the partition will get. */
  endOffset(at: { topic: Topic; partition: number }): Promise<number>;
}

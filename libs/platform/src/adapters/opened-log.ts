import type { EventLog } from '@waymark/ports';
import type { AppendInTransaction } from '@waymark/postgres';
import type { PartitionProcessor, ProcessorGroup } from '@waymark/stream';

export type AnyProcessor = PartitionProcessor<never, unknown, unknown, unknown>;

/** The log between the services, whichever it is. */
export interface PlatformLog extends EventLog {
  /** Where every partition ends, at once. */
  endOffsets(): Promise<(at: Parameters<EventLog['endOffset']>[0]) => number>;
}

/** What processes the log's partitions. */
export interface Workers {
  group: ProcessorGroup;
  processors: readonly AnyProcessor[];
}

/** One thing that `waymark doctor` looks at. */
export interface Verdict {
  check: string;
  ok: boolean;
  says: string;
}

export interface OpenLog {
  log: PlatformLog;
  /** The log for who looks into it and does not process it. */
  browsing: EventLog;
  /** Where the log lives in the services' database: appends within their transactions (P3). */
  appendOutputs?: AppendInTransaction;
  /** Gives the workers their partitions, from now on. */
  assign(workers: Workers): Promise<void>;
  /** Why it cannot be used now; undefined when it can. */
  problem(): Promise<string | undefined>;
  /** What there is to say of its servers and settings. */
  verdicts(): Promise<Verdict[]>;
  close(): Promise<void>;
}

import type { ServiceName } from '@waymark/contracts';

/** One saved batch, for metrics. */
export interface BatchSeen {
  service: ServiceName;
  partition: number;
  records: number;
  outputs: number;
  deadLetters: number;
  /** From the read to the end of the publication, in milliseconds of real time. */
  durationMs: number;
}

/** One failed step, for logs and metrics. `stopped` when the partition will not go on by itself. */
export interface FailureSeen {
  service: ServiceName;
  partition: number;
  error: unknown;
  stopped: boolean;
}

/** Who watches the processors; must not throw. */
export interface StreamObserver {
  batch(seen: BatchSeen): void;
  failure(seen: FailureSeen): void;
}

/** Watches nothing. */
export const NO_OBSERVER: StreamObserver = { batch: () => undefined, failure: () => undefined };

import type { ServiceName } from '@waymark/contracts';
import type { Measure } from './measure.js';

/** Where a batch begins, and the traces that its records are in: to find it by in logs. */
export interface InHand {
  offset?: number;
  traceIds: readonly string[];
}

/** One saved batch, for logs and metrics. */
export interface BatchSeen extends InHand {
  service: ServiceName;
  partition: number;
  /** The first offset behind it. */
  nextOffset: number;
  records: number;
  outputs: number;
  deadLetters: readonly { offset: number; code: string }[];
  measures: readonly Measure[];
  /** From the read's end to the end of the publication, in milliseconds of real time. */
  durationMs: number;
}

/** One failed step, for logs and metrics. `stopped` when the partition will not go on by itself. */
export interface FailureSeen extends Partial<InHand> {
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

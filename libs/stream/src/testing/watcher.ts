import type { BatchSeen, FailureSeen, InHand, StreamObserver } from '../observer.js';

type Counted = Pick<BatchSeen, 'service' | 'partition' | 'records' | 'outputs'> & { deadLetters: number };

/** Keeps what a processor tells. */
export class Watcher implements StreamObserver {
  /** All that was told of each batch, but for `durationMs`, which is real time. */
  readonly seen: Omit<BatchSeen, 'durationMs'>[] = [];
  /** The batches, counted. */
  readonly batches: Counted[] = [];
  readonly failures: Omit<FailureSeen, keyof InHand>[] = [];
  /** Of each failure, what was in hand. */
  readonly inHand: Partial<InHand>[] = [];

  batch({ durationMs: _, ...seen }: BatchSeen): void {
    const { service, partition, records, outputs, deadLetters } = seen;
    this.seen.push(seen);
    this.batches.push({ service, partition, records, outputs, deadLetters: deadLetters.length });
  }

  failure({ offset, traceIds, ...seen }: FailureSeen): void {
    this.failures.push(seen);
    this.inHand.push({ ...(offset !== undefined && { offset }), ...(traceIds && { traceIds }) });
  }
}

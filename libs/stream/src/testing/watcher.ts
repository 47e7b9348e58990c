import type { BatchSeen, FailureSeen, StreamObserver } from '../observer.js';

/** Keeps what a processor tells; `durationMs` is left out, being real time. */
export class Watcher implements StreamObserver {
  readonly batches: Omit<BatchSeen, 'durationMs'>[] = [];
  readonly failures: FailureSeen[] = [];

  batch({ durationMs: _, ...seen }: BatchSeen): void {
    this.batches.push(seen);
  }

  failure(seen: FailureSeen): void {
    this.failures.push(seen);
  }
}

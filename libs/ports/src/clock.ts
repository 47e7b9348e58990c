import type { EpochMs } from '@waymark/contracts';

/** Time as the platform sees it. Everything that needs a moment asks its clock, so that tests and demos can drive it. */
export interface Clock {
  now(): EpochMs;
  /** Resolves when this clock has reached `at`, or when `signal` aborts; never rejects. */
  wakeAt(at: EpochMs, signal: AbortSignal): Promise<void>;
}

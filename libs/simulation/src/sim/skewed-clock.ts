import type { EpochMs } from '@waymark/contracts';
import type { Clock } from '@waymark/ports';
import type { WorldTime } from './world-time.js';

/** The clock of one machine: it is wrong by some seconds, may be set anew, and never goes back. */
export class SkewedClock implements Clock {
  readonly #time: WorldTime;
  /** When the machine goes on, if it stands still: until then it wakes nobody. */
  readonly #standsUntil: () => EpochMs;
  #offsetMs: number;
  #last = 0;

  constructor(time: WorldTime, offsetMs: number, standsUntil: () => EpochMs) {
    this.#time = time;
    this.#offsetMs = offsetMs;
    this.#standsUntil = standsUntil;
  }

  now(): EpochMs {
    this.#last = Math.max(this.#last, this.#time.now + this.#offsetMs);
    return this.#last;
  }

  /** Sets how far it is ahead of the world's time; while it is set back it stands still. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  wakeAt(at: EpochMs, signal: AbortSignal): Promise<void> {
    if (at <= this.now() || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let cancel = (): void => undefined;
      const wake = (): void => {
        cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const look = (): void => {
        const standsUntil = this.#standsUntil();
        if (this.now() >= at && standsUntil <= this.#time.now) return wake();
        cancel = this.#time.at(Math.max(at - this.#offsetMs, standsUntil, this.#time.now + 1), look);
      };
      cancel = this.#time.at(Math.max(at - this.#offsetMs, this.#time.now), look);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

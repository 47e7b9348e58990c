import type { EpochMs } from '@waymark/contracts';
import type { Clock } from './clock.js';

interface Sleeper {
  at: EpochMs;
  wake(): void;
}

/** A clock that stands still until it is moved; never goes back. For tests, scenarios and the demo. */
export class ManualClock implements Clock {
  #now: EpochMs;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start: EpochMs) {
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  /** Moves to `to` and wakes everybody who waited for a moment up to it, earliest first. */
  moveTo(to: EpochMs): void {
    if (to < this.#now) throw new RangeError(`a clock does not go back: ${to} is before ${this.#now}`);
    this.#now = to;
    const due = [...this.#sleepers].filter((s) => s.at <= to).sort((a, b) => a.at - b.at);
    for (const sleeper of due) sleeper.wake();
  }

  wakeAt(at: EpochMs, signal: AbortSignal): Promise<void> {
    if (at <= this.#now || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { at, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

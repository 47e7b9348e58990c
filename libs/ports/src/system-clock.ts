import type { EpochMs } from '@waymark/contracts';
import type { Clock } from './clock.js';

/** Longer timers are set again: the platform's timers hold 31 bits. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The machine's own clock. */
export class SystemClock implements Clock {
  now(): EpochMs {
    return Date.now();
  }

  wakeAt(at: EpochMs, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      let timer: NodeJS.Timeout | undefined;
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const arm = (): void => {
        const left = at - Date.now();
        if (left <= 0) return done();
        timer = setTimeout(arm, Math.min(left, TIMER_MS_MAX));
      };
      signal.addEventListener('abort', done, { once: true });
      arm();
    });
  }
}

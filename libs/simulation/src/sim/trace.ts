import { createHash } from 'node:crypto';
import type { EpochMs } from '@waymark/contracts';
import type { WorldTime } from './world-time.js';

/** Everything that happened in a run, step by step, to read and to compare runs by. */
export class Trace {
  readonly #time: WorldTime;
  readonly #start: EpochMs;
  readonly #lines: string[] = [];

  constructor(time: WorldTime) {
    this.#time = time;
    this.#start = time.now;
  }

  /** Notes something, with the seconds since the beginning. */
  say(what: string): void {
    this.#lines.push(`+${((this.#time.now - this.#start) / 1000).toFixed(3)}s ${what}`);
  }

  get steps(): number {
    return this.#lines.length;
  }

  /** The newest `count` lines, oldest first. */
  newest(count: number): string[] {
    return this.#lines.slice(Math.max(0, this.#lines.length - count));
  }

  /** Two runs with the same digest went the same way. */
  get digest(): string {
    return createHash('sha256').update(this.#lines.join('\n')).digest('hex').slice(0, 16);
  }
}

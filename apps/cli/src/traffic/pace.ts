/** How far behind its times a sender may fall and still make up for it, in milliseconds. */
const BEHIND_MAX_MS = 1_000;

/** Times for sending at a steady rate. What a stall held up is made up for by a second's worth at most, not by a flood. */
export class Pace {
  readonly #gapMs: number;
  #next: number;

  /** `rate` is a second, `now` in milliseconds of any clock that never goes back. */
  constructor(rate: number, now: number) {
    this.#gapMs = 1000 / rate;
    this.#next = now;
  }

  /** Milliseconds to wait before the next one is sent. */
  next(now: number): number {
    this.#next = Math.max(this.#next, now - BEHIND_MAX_MS);
    const waitMs = Math.max(0, this.#next - now);
    this.#next += this.#gapMs;
    return waitMs;
  }
}

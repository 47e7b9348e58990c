/** Who waits for news of a place in the log. */
export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves at the next news of the place, when `signal` aborts, or after `ms` milliseconds if that is given. */
  wait(place: string, signal: AbortSignal, ms?: number): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const waiting = this.#waiting.get(place) ?? new Set();
    this.#waiting.set(place, waiting);
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  wake(place: string): void {
    for (const wake of [...(this.#waiting.get(place) ?? [])]) wake();
  }

  wakeAll(): void {
    for (const place of this.#waiting.keys()) this.wake(place);
  }
}

import { Waiters } from './waiters.js';

interface Place {
  topic: string;
  partition: number;
}

/** How often somebody who waits looks where the partition ends: what is appended here is noticed at once. */
const POLL_MS = 500;

/** Where partitions end at least, by what was appended here and what Kafka was asked, and who waits for more. */
export class KnownEnds {
  readonly #ends = new Map<string, number>();
  readonly #waiters = new Waiters();

  reached({ topic, partition, end }: Place & { end: number }): void {
    const place = placeOf(topic, partition);
    if (end <= (this.#ends.get(place) ?? 0)) return;
    this.#ends.set(place, end);
    this.#waiters.wake(place);
  }

  /** Resolves when the partition reaches beyond `offset`, or `signal` aborts. `ask` looks where it ends; it may fail. */
  async waitFor(
    { topic, partition, offset }: Place & { offset: number },
    signal: AbortSignal,
    ask: () => Promise<number>,
  ): Promise<void> {
    const place = placeOf(topic, partition);
    const isBeyond = (): boolean => (this.#ends.get(place) ?? 0) > offset;
    while (!signal.aborted && !isBeyond()) {
      const end = await ask().catch(() => 0);
      this.reached({ topic, partition, end });
      if (!isBeyond()) await this.#waiters.wait(place, signal, POLL_MS);
    }
  }
}

function placeOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

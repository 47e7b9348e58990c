import { MinHeap } from './min-heap.js';

/** Which keys fall due when. Setting a key again moves it: what the heap still has of its earlier moment is passed over. */
export class DueKeys<K> {
  readonly #heap = new MinHeap<K>();
  readonly #moments = new Map<K, number>();

  set(key: K, at: number | undefined): void {
    if (at === this.#moments.get(key)) return;
    if (at === undefined) this.#moments.delete(key);
    else {
      this.#moments.set(key, at);
      this.#heap.push(at, key);
    }
  }

  nextAt(): number | undefined {
    this.#passOver();
    return this.#heap.nextAt;
  }

  /** The keys due by `now`, the longest due first, `max` of them at most; they stay due until they are set anew. */
  due(now: number, max: number): K[] {
    const found = new Map<K, number>();
    while (found.size < max && (this.nextAt() ?? Infinity) <= now) {
      const { at, value: key } = this.#heap.pop()!;
      found.set(key, at);
    }
    for (const [key, at] of found) this.#heap.push(at, key);
    return [...found.keys()];
  }

  #passOver(): void {
    for (;;) {
      const top = this.#heap.peek();
      if (!top || this.#moments.get(top.value) === top.at) return;
      this.#heap.pop();
    }
  }
}

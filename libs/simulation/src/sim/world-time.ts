import type { EpochMs } from '@waymark/contracts';

interface Entry {
  at: EpochMs;
  /** Of two entries of one moment the first made comes first. */
  order: number;
  act: (() => void) | undefined;
}

/** The one true time of a world, and what is to happen in it later. It moves only when it is told to, and never back. */
export class WorldTime {
  #now: EpochMs;
  #made = 0;
  /** A binary heap, the earliest first. */
  readonly #heap: Entry[] = [];

  constructor(start: EpochMs) {
    this.#now = start;
  }

  get now(): EpochMs {
    return this.#now;
  }

  /** Does something at a moment, now at the earliest; the result takes it back. */
  at(moment: EpochMs, act: () => void): () => void {
    const entry: Entry = { at: Math.max(moment, this.#now), order: (this.#made += 1), act };
    this.#push(entry);
    return () => (entry.act = undefined);
  }

  after(ms: number, act: () => void): () => void {
    return this.at(this.#now + ms, act);
  }

  /** When something happens next; undefined when nothing will. */
  next(): EpochMs | undefined {
    while (this.#heap[0] && this.#heap[0].act === undefined) this.#pop();
    return this.#heap[0]?.at;
  }

  /** Moves on, and lets everything happen that was to happen up to then, in order. */
  moveTo(moment: EpochMs): void {
    for (let due = this.next(); due !== undefined && due <= moment; due = this.next()) {
      this.#now = Math.max(this.#now, due);
      this.#pop().act?.();
    }
    this.#now = Math.max(this.#now, moment);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (isBefore(heap[parent]!, entry)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (isBefore(last, heap[child]!)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

interface Entry<T> {
  at: number;
  order: number;
  value: T;
}

/** Values in the order of their moments; of one moment, in the order they were put in. */
export class MinHeap<T> {
  readonly #entries: Entry<T>[] = [];
  #puts = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The earliest moment; undefined when there is none. */
  get nextAt(): number | undefined {
    return this.#entries[0]?.at;
  }

  peek(): { at: number; value: T } | undefined {
    return this.#entries[0];
  }

  push(at: number, value: T): void {
    const entries = this.#entries;
    const entry = { at, order: (this.#puts += 1), value };
    let i = entries.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(entry, entries[parent]!)) break;
      entries[i] = entries[parent]!;
      i = parent;
    }
    entries[i] = entry;
  }

  pop(): { at: number; value: T } | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first && last && entries.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an entry in the place of the first one, and lets it sink to its own. */
  #sink(entry: Entry<T>): void {
    const entries = this.#entries;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1]!, entries[child]!)) child += 1;
      if (!isBefore(entries[child]!, entry)) break;
      entries[i] = entries[child]!;
      i = child;
    }
    entries[i] = entry;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Counts by name. */
export class Counter {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  /** The greatest first; of equal ones by name. */
  sorted(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
  }

  /** These names first and in this order, zeros included, then whatever else was counted. */
  along(names: readonly string[]): Record<string, number> {
    const others = [...this.#counts.keys()].filter((name) => !names.includes(name)).sort();
    return Object.fromEntries([...names, ...others].map((name) => [name, this.of(name)]));
  }
}

/** How often each kind of fault happened. */
export class FaultCounts {
  readonly #counts = new Map<string, number>();

  add(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times);
  }

  addAll(counts: readonly (readonly [string, number])[]): void {
    for (const [kind, times] of counts) this.add(kind, times);
  }

  /** By kind, the most frequent first. */
  list(): [string, number][] {
    return [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, times) => sum + times, 0);
  }
}

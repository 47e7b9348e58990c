type Sets = readonly (readonly number[])[];

/** The sets of partitions that a follower was told of. */
export class Assignments {
  readonly sets: number[][] = [];
  #awaited: { fulfils(sets: Sets): boolean; resolve(): void }[] = [];

  readonly onAssigned = (partitions: readonly number[]): void => {
    this.sets.push([...partitions]);
    for (const { fulfils, resolve } of this.#awaited) if (fulfils(this.sets)) resolve();
  };

  get last(): readonly number[] | undefined {
    return this.sets.at(-1);
  }

  /** Resolves when the sets so far are as wanted. */
  until(fulfils: (sets: Sets) => boolean): Promise<void> {
    if (fulfils(this.sets)) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.push({ fulfils, resolve }));
  }

  /** Resolves when the last set told has this many partitions. */
  untilCount(count: number): Promise<void> {
    return this.until((sets) => sets.at(-1)?.length === count);
  }
}

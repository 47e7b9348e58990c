import { createHash } from 'node:crypto';

/** Choices that are always the same for the same names: a demo can be run again, and killed in the middle. */
export class Seeded {
  readonly #seed: string;

  constructor(seed: number) {
    this.#seed = String(seed);
  }

  /** A number in [0, 1). */
  unit(...names: (string | number)[]): number {
    return (
      createHash('sha256')
        .update([this.#seed, ...names].join(' '))
        .digest()
        .readUInt32BE(0) /
      2 ** 32
    );
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number, ...names: (string | number)[]): number {
    return min + Math.floor(this.unit(...names) * (max - min + 1));
  }

  pick<T>(list: readonly T[], ...names: (string | number)[]): T {
    return list[Math.floor(this.unit(...names) * list.length)]!;
  }

  chance(share: number, ...names: (string | number)[]): boolean {
    return this.unit(...names) < share;
  }
}

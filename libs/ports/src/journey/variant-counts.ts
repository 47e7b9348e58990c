import type { VariantCount } from './journey-store.js';

/** Adds up what is counted of variants, each version, step, variant and epoch by itself (R24). */
export class VariantCounts {
  readonly #counts = new Map<string, VariantCount>();

  add(by: VariantCount): void {
    const { journeyId, version, stepId, variant, epoch } = by;
    const key = [journeyId, version, stepId, variant, epoch].join(' ');
    const before = this.#counts.get(key);
    if (!before) return void this.#counts.set(key, by);
    this.#counts.set(key, {
      ...before,
      entered: before.entered + by.entered,
      exposed: before.exposed + by.exposed,
      converted: before.converted + by.converted,
      value: before.value + by.value,
    });
  }

  list(): VariantCount[] {
    return [...this.#counts.values()];
  }
}

import type { JourneyCount } from '@waymark/ports';
import type { CompiledJourney, Trace } from '@waymark/journey-engine';

/** Sums what a batch adds to the funnels. */
export class Counts {
  readonly #counts = new Map<string, JourneyCount>();

  traces({ id, version }: Pick<CompiledJourney, 'id' | 'version'>, traces: readonly Trace[]): void {
    for (const trace of traces) {
      if (trace.what === 'entered') this.#add(id, version, 'entered', '');
      if (trace.what === 'refused') this.#add(id, version, 'refused', trace.reason);
      if (trace.what === 'arrived') this.#add(id, version, 'arrived', trace.stepId);
      if (trace.what === 'ended') this.#add(id, version, 'ended', trace.reason);
      if (trace.what === 'converted') this.#add(id, version, 'converted', '', trace.value);
    }
  }

  list(): JourneyCount[] {
    return [...this.#counts.values()];
  }

  #add(journeyId: string, version: string, what: JourneyCount['what'], key: string, value = 0): void {
    const place = `${journeyId} ${version} ${what} ${key}`;
    const before = this.#counts.get(place) ?? { journeyId, version, what, key, count: 0, value: 0 };
    this.#counts.set(place, { ...before, count: before.count + 1, value: before.value + value });
  }
}


import type { JourneyCount } from '@waymark/ports';
import type { CompiledJourney, Trace } from '@waymark/journey-engine';

/** Sums what a batch adds to the funnels. */
export class Counts {
  readonly #counts = new Map<string, JourneyCount>();

  traces({ id, version }: Pick<CompiledJourney, 'id' | 'version'>, traces: readonly Trace[]): void {
    for (const trace of traces) {
      const what = countedAs(trace);
      if (what) this.#add({ journeyId: id, version, count: 1, value: 0, ...what });
    }
  }

  list(): JourneyCount[] {
    return [...this.#counts.values()];
  }

  #add(count: JourneyCount): void {
    const place = `${count.journeyId} ${count.version} ${count.what} ${count.key}`;
    const before = this.#counts.get(place);
    this.#counts.set(place, before ? { ...before, count: before.count + 1, value: before.value + count.value } : count);
  }
}

function countedAs(trace: Trace): (Pick<JourneyCount, 'what' | 'key'> & { value?: number }) | undefined {
  switch (trace.what) {
    case 'entered':
      return { what: 'entered', key: '' };
    case 'refused':
      return { what: 'refused', key: trace.reason };
    case 'arrived':
      return { what: 'arrived', key: trace.stepId };
    case 'ended':
      return { what: 'ended', key: trace.reason };
    case 'converted':
      return { what: 'converted', key: '', value: trace.value ?? 0 };
    default:
      return undefined;
  }
}

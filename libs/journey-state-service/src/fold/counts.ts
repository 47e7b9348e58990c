import { VariantCounts, type JourneyCount, type VariantCount } from '@waymark/ports';
import type { CompiledJourney, Trace } from '@waymark/journey-engine';

/** Sums what a batch adds to the funnels, and to the results of variants. */
export class Counts {
  readonly #counts = new Map<string, JourneyCount>();
  readonly #variants = new VariantCounts();

  traces({ id, version }: Pick<CompiledJourney, 'id' | 'version'>, traces: readonly Trace[]): void {
    for (const trace of traces) {
      const what = countedAs(trace);
      if (what) this.#add({ journeyId: id, version, count: 1, value: 0, ...what });
      for (const variant of variantsOf(trace)) this.#variants.add({ journeyId: id, version, ...NOBODY, ...variant });
    }
  }

  list(): JourneyCount[] {
    return [...this.#counts.values()];
  }

  variants(): VariantCount[] {
    return this.#variants.list();
  }

  #add(count: JourneyCount): void {
    const place = `${count.journeyId} ${count.version} ${count.what} ${count.key}`;
    const before = this.#counts.get(place);
    this.#counts.set(place, before ? { ...before, count: before.count + 1, value: before.value + count.value } : count);
  }
}

const NOBODY = { entered: 0, exposed: 0, converted: 0, value: 0 };

type Figures = Pick<VariantCount, 'stepId' | 'variant' | 'epoch'> & Partial<typeof NOBODY>;

/** R24: whoever comes by a split again is counted already; a conversion is one of every variant that led to it. */
function variantsOf(trace: Trace): Figures[] {
  switch (trace.what) {
    case 'assigned':
      return trace.again ? [] : [{ ...placeOf(trace), entered: 1 }];
    case 'exposed':
      return [{ ...placeOf(trace), exposed: 1 }];
    case 'converted':
      return Object.entries(trace.variants ?? {}).map(([stepId, assigned]) => ({
        ...placeOf({ stepId, ...assigned }),
        converted: 1,
        value: trace.value ?? 0,
      }));
    default:
      return [];
  }
}

function placeOf({ stepId, variant, epoch = 1 }: { stepId: string; variant: string; epoch?: number }): Figures {
  return { stepId, variant, epoch };
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

import type { Facts } from '../facts.js';
import type { Played } from '../play.js';

const FIGURES = ['entered', 'exposed', 'converted', 'value'] as const;
type Figures = Record<(typeof FIGURES)[number], number>;

/** R24: the results of variants are what the history tells, each epoch by itself; a version assigns in one epoch. */
export function checkVariants({ facts }: Played): string[] {
  const told = resultsTold(facts!);
  const found: string[] = [];
  for (const { journeyId, version, stepId, variant, epoch, ...figures } of facts!.variants) {
    const place = placeOf({ journeyId, version, stepId, variant, epoch });
    const its = told.get(place);
    told.delete(place);
    for (const each of FIGURES)
      if (figures[each] !== (its?.[each] ?? 0))
        found.push(`R24: ${place} has ${figures[each]} ${each}, and the history tells of ${its?.[each] ?? 0}`);
  }
  for (const place of told.keys()) found.push(`R24: ${place} is told of in the history, and in no result`);
  return [...found, ...checkEpochs(facts!)];
}

function resultsTold({ history }: Facts): Map<string, Figures> {
  const told = new Map<string, Figures>();
  const add = (of: Parameters<typeof placeOf>[0], by: Partial<Figures>): void => {
    const its = told.get(placeOf(of)) ?? { entered: 0, exposed: 0, converted: 0, value: 0 };
    for (const each of FIGURES) its[each] += by[each] ?? 0;
    told.set(placeOf(of), its);
  };
  for (const { journeyId, version, trace } of [...history.values()].flat()) {
    for (const each of trace) {
      if (each.what === 'assigned' && !each.again) add({ journeyId, version, ...each }, { entered: 1 });
      if (each.what === 'exposed') add({ journeyId, version, ...each }, { exposed: 1 });
      if (each.what !== 'converted') continue;
      for (const [stepId, assigned] of Object.entries(each.variants ?? {}))
        add({ journeyId, version, stepId, ...assigned }, { converted: 1, value: each.value ?? 0 });
    }
  }
  return told;
}

/** No journey is migrated here, and no edition comes back: whom a version assigns first, it assigns in its own epoch. */
function checkEpochs({ history }: Facts): string[] {
  const epochs = new Map<string, Set<number>>();
  for (const { journeyId, version, trace } of [...history.values()].flat())
    for (const each of trace) {
      if (each.what !== 'assigned' || each.sticky) continue;
      const place = `${journeyId} ${version} ${each.stepId}`;
      epochs.set(place, (epochs.get(place) ?? new Set()).add(each.epoch ?? 1));
    }
  return [...epochs].flatMap(([place, its]) =>
    its.size === 1 ? [] : [`R24: ${place} has assigned in the epochs ${[...its].join(', ')}`],
  );
}

function placeOf(of: { journeyId: string; version: string; stepId: string; variant: string; epoch?: number }): string {
  return [of.journeyId, of.version, of.stepId, of.variant, of.epoch ?? 1].join(' ');
}

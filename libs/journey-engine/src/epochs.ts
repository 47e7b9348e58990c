import type { Journey, Resource, SplitStep } from '@waymark/contracts';
import { chooseVariant, HASH_VALUES } from './growthbook-hash.js';

/** R24: the epochs of splits, by seed; those that nothing is said of are in their first. */
export type Epochs = Readonly<Record<string, number>>;

/** The splits of a journey, with the steps that they are. */
export function splitsOf({ steps }: Journey): { stepId: string; split: SplitStep }[] {
  return Object.entries(steps).flatMap(([stepId, step]) => (step.kind === 'split' ? [{ stepId, split: step }] : []));
}

/** The epochs that a journey's splits are in, in a workspace with these resources. */
export function epochsOf(journey: Journey, resources: readonly Resource[]): Epochs {
  const seeds = new Set(splitsOf(journey).map(({ split }) => split.seed));
  return Object.fromEntries(
    resources.flatMap((each) =>
      each.kind === 'split-epoch' && each.epoch > 1 && seeds.has(each.id) ? [[each.id, each.epoch]] : [],
    ),
  );
}

/**
 * Who gets what: which hashes fall to which variant, in the order of the hashes. Two lists of variants that give everybody the same
 * have the same allocation: 1:1 and 50:50 do, and weights that differ by less than a hash can tell; another order or name does not.
 */
export function allocationOf(variants: SplitStep['variants']): string {
  const parts: string[] = [];
  for (let from = 0; from < HASH_VALUES;) {
    const { id } = chooseVariant(variants, from / HASH_VALUES);
    let to = from + 1;
    while (to < HASH_VALUES && chooseVariant(variants, to / HASH_VALUES).id === id) to += 1;
    parts.push(`${id} ${from}-${to}`);
    from = to;
  }
  return parts.join(', ');
}

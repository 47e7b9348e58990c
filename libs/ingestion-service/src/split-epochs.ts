import type { Resource, ResourceChange, SplitEpoch, VersionId } from '@waymark/contracts';
import { allocationOf, splitsOf } from '@waymark/journey-engine';

/**
 * R24: what a publication changes in the epochs of splits, by comparing it with the one before; pure, so that an apply sent again says the
 * same. Splits of one seed are one test, wherever they stand. Nothing is said of a seed in its first epoch, unless no journey has it
 * any more: should one have it again, it goes on where it was.
 */
export function epochChanges(before: readonly Resource[], after: readonly Resource[]): SplitEpoch[] {
  const said = new Map(before.flatMap((each) => (each.kind === 'split-epoch' ? [[each.id, each] as const] : [])));
  const was = allocations(before);
  const is = allocations(after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((seed): SplitEpoch[] => {
    const { epoch, allocation: last } = said.get(seed) ?? { epoch: 1, allocation: was.get(seed) };
    const now = is.get(seed);
    if (last === undefined || now === last) return [];
    if (now !== undefined) return [{ kind: 'split-epoch', id: seed, epoch: epoch + 1, allocation: now }];
    return said.has(seed) ? [] : [{ kind: 'split-epoch', id: seed, epoch, allocation: last }];
  });
}

/** A seed's epoch has one allocation, so that its number names the version. */
export function putOf(resource: SplitEpoch): ResourceChange {
  return { op: 'put', version: `epoch-${resource.epoch}` as VersionId, resource };
}

/** Who gets what, by seed; where splits of one seed differ, each of their allocations. */
function allocations(resources: readonly Resource[]): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const resource of resources) {
    if (resource.kind !== 'journey') continue;
    for (const { split } of splitsOf(resource))
      found.set(split.seed, (found.get(split.seed) ?? new Set()).add(allocationOf(split.variants)));
  }
  return new Map([...found].map(([seed, its]) => [seed, [...its].sort().join('; ')]));
}

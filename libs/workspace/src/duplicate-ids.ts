import type { Journey } from '@waymark/contracts';
import type { Finding, Path } from './workspace-error.js';

/** Traces and results tell exit rules, options, branches and variants apart by their ids: each is there once in its list. */
export function duplicateIds(journey: Journey): Finding[] {
  return listsOf(journey).flatMap(({ path, what, ids }) =>
    ids.flatMap((id, i): Finding[] => {
      if (ids.indexOf(id) === i) return [];
      return [
        {
          path: [...path, i, 'id'],
          code: 'DUPLICATE_ID',
          message: `there is ${what} "${id}" already in this list; results are kept by id, so give this one its own`,
        },
      ];
    }),
  );
}

interface List {
  path: Path;
  what: string;
  ids: string[];
}

function listsOf({ exits, steps }: Journey): List[] {
  const lists: List[] = [{ path: ['exits'], what: 'an exit rule', ids: idsOf(exits) }];
  for (const [id, step] of Object.entries(steps)) {
    if (step.kind === 'await') lists.push({ path: ['steps', id, 'any'], what: 'an option', ids: idsOf(step.any) });
    if (step.kind === 'branch') lists.push({ path: ['steps', id, 'when'], what: 'a branch', ids: idsOf(step.when) });
    if (step.kind === 'split')
      lists.push({ path: ['steps', id, 'variants'], what: 'a variant', ids: idsOf(step.variants) });
  }
  return lists;
}

function idsOf(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id);
}

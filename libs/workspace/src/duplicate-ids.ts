import { outlineOf, type Journey, type StepOutline } from '@waymark/contracts';
import type { Finding } from './workspace-error.js';

type List = NonNullable<StepOutline['lists']>[number];

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

function listsOf({ exits, steps }: Journey): List[] {
  const ofSteps = Object.entries(steps).flatMap(([id, step]) =>
    (outlineOf(step).lists ?? []).map((list) => ({ ...list, path: ['steps', id, ...list.path] })),
  );
  return [{ path: ['exits'], what: 'an exit rule', ids: exits.map(({ id }) => id) }, ...ofSteps];
}

import type { Played } from '../play.js';
import { valuesOf } from '../facts.js';

/** R55: a decision for every question, with a reason for every candidate. */
export function checkDecisions({ facts }: Played): string[] {
  const asked = valuesOf(facts!.taken, 'interactions').filter(({ type }) => type === 'decide').length;
  const found = facts!.decisions.flatMap(({ decisionId, candidates, winner }) => {
    if (candidates.length === 0) return [`decision ${decisionId} has no candidates`];
    const silent = candidates.filter(({ because }) => because === '').map(({ offerId }) => offerId);
    const won = candidates.filter(({ reason }) => reason === 'WON').map(({ offerId }) => offerId);
    return [
      ...(silent.length > 0 ? [`decision ${decisionId} does not say why of ${silent.join(', ')}`] : []),
      ...(won.join() === (winner ?? '')
        ? []
        : [`decision ${decisionId} was won by ${winner ?? 'none'}, and by ${won.join()}`]),
    ];
  });
  if (facts!.decisions.length !== asked)
    found.push(`${asked} decisions were asked for, ${facts!.decisions.length} were made`);
  return found;
}

import type { Plan } from '../plan.js';
import type { Played } from '../play.js';
import { workspaceOf } from '../workspaces.js';
import { checkAgainstCalm } from './against-calm.js';
import { checkDecisions } from './decisions.js';
import { checkEvents } from './events.js';
import { checkJourneys } from './journeys.js';
import { checkMessages } from './messages.js';
import { checkPublication } from './publication.js';
import { checkVariants } from './variants.js';

/** What is wrong with a world at rest, by its own rules. */
export function checkPlayed(plan: Plan, played: Played): string[] {
  if (!played.facts) return played.chronicle.violations;
  return [
    ...checkPublication(played),
    ...checkEvents(played),
    ...checkJourneys(played),
    ...checkMessages(played, workspaceOf(plan.workspace).cap),
    ...checkDecisions(played),
    ...checkVariants(played),
  ];
}

/** And beside the same inputs undisturbed. */
export function checkBeside(plan: Plan, played: Played, calm: Played): string[] {
  return played.facts && calm.facts ? checkAgainstCalm(played, calm, workspaceOf(plan.workspace).certain) : [];
}

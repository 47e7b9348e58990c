import { outcomeOfEventName, type ActionId } from '@waymark/contracts';
import type { Delivery } from '@waymark/ports';
import { valuesOf, type Facts } from '../facts.js';
import type { Claim } from '../chronicle.js';
import type { Played } from '../play.js';
import { SKEW_MS_MAX } from '../plan.js';

const SETTLED = ['sent', 'failed', 'suppressed', 'unknown'];
const SETTLING = ['sent', 'delivered', 'failed', 'suppressed', 'unknown'];
const DAY_MS = 86_400_000;

/** Every message is settled with its reason and told once; what is told of it is true; nobody got it twice (R42). */
export function checkMessages(played: Played, cap: number | undefined): string[] {
  const facts = played.facts!;
  const found: string[] = [];
  const reached = new Map<ActionId, number>();
  for (const { action, reached: has } of played.ground.provider.handled)
    if (has) reached.set(action.actionId, (reached.get(action.actionId) ?? 0) + 1);
  for (const [id, count] of reached)
    if (count > 1) found.push(`R42: the message ${id} reached the customer ${count} times`);
  for (const [id] of reached)
    if (!facts.deliveries.has(id)) found.push(`the message ${id} was sent, and nobody asked for it`);
  for (const { type, actionId } of valuesOf(facts.taken, 'actions'))
    if (type === 'deliver' && !facts.deliveries.has(actionId as ActionId))
      found.push(`the message ${String(actionId)} is lost`);
  for (const delivery of facts.deliveries.values())
    found.push(
      ...checkState(delivery, {
        reached: reached.has(delivery.actionId),
        isDoubtful: played.chronicle.doubtful.has(delivery.actionId),
      }),
    );
  return [...found, ...checkOutcomes(facts), ...(cap === undefined ? [] : checkCap(played, cap))];
}

function checkState(
  { actionId, state, reason, because, action }: Delivery,
  { reached, isDoubtful }: { reached: boolean; isDoubtful: boolean },
): string[] {
  const found: string[] = [];
  if (!SETTLED.includes(state)) found.push(`the message ${actionId} stays ${state}`);
  if (state !== 'sent' && !reason) found.push(`the message ${actionId} is ${state} without a reason`);
  if (state === 'sent' && action.class === 'marketing' && because.length === 0)
    found.push(`the message ${actionId} was sent, and nobody says why it was allowed`);
  if (state === 'sent' && !reached) found.push(`the message ${actionId} is told to be sent, and reached nobody`);
  if ((state === 'suppressed' || state === 'failed') && reached && !isDoubtful)
    found.push(`the message ${actionId} is told to be ${state} (${reason}), and reached the customer`);
  return found;
}

function checkOutcomes({ events, deliveries }: Facts): string[] {
  const told = new Map<string, string[]>();
  for (const { event } of events) {
    const outcome = outcomeOfEventName(event.name);
    const id = event.cause?.actionId;
    if (outcome && id && SETTLING.includes(outcome)) told.set(id, [...(told.get(id) ?? []), outcome]);
  }
  return [...deliveries.values()].flatMap(({ actionId, state }) => {
    const outcomes = told.get(actionId) ?? [];
    const fits = outcomes.length === 1 && (outcomes[0] === state || (state === 'sent' && outcomes[0] === 'delivered'));
    return fits
      ? []
      : [`the message ${actionId} is ${state}, and its journey was told: ${outcomes.join(', ') || 'nothing'}`];
  });
}

/** R35: whenever a marketing message was claimed, fewer than `cap` that count had been claimed in the day before. */
function checkCap({ chronicle, facts }: Played, cap: number): string[] {
  const counts = (claim: Claim): boolean => {
    const state = facts!.deliveries.get(claim.actionId)?.state;
    return state === 'sent' || state === 'unknown';
  };
  const seen = new Set<string>();
  const first = chronicle.claims.filter(({ actionId }) => !seen.has(actionId) && seen.add(actionId));
  const counted = first.filter((claim) => (claim.class === 'marketing' || claim.class === 'service') && counts(claim));
  return counted.flatMap((claim, i) => {
    if (claim.class !== 'marketing') return [];
    const before = counted
      .slice(0, i)
      .filter(({ customerId, at }) => customerId === claim.customerId && at > claim.at - DAY_MS + 2 * SKEW_MS_MAX);
    return before.length < cap
      ? []
      : [`R35: ${claim.actionId} is message ${before.length + 1} of a day to ${claim.customerId}, the cap is ${cap}`];
  });
}

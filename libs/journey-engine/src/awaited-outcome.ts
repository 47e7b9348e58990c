import { OWN_EVENTS, outcomeOfEventName, type CustomerEvent, type Outcome, type StepMemory } from '@waymark/contracts';
import { own } from '@waymark/customer-context';
import type { Run } from './run.js';
import { STAY, type Move } from './step-kind.js';

/** Where a step that asked for a message goes when it knows what became of it. */
export interface OutcomeExits {
  next: string;
  suppressed: string;
  failed: string;
}

const HANDED_OVER: readonly Outcome[] = ['sent', 'delivered', 'unknown'];

/** Whether an event tells of the action that the instance waits for. */
export function concernsPending(run: Run, event: CustomerEvent): boolean {
  return event.cause?.actionId !== undefined && event.cause.actionId === run.instance.pending?.actionId;
}

/** The outcome of the pending action: handed over, suppressed (R31: never an ejection) or failed. */
export function moveByOutcome(run: Run, event: CustomerEvent, exits: OutcomeExits): Move {
  const outcome = concernsPending(run, event) ? outcomeOfEventName(event.name) : undefined;
  if (outcome === undefined) return STAY;
  const settled =
    HANDED_OVER.includes(outcome) || outcome === 'suppressed' || outcome === 'failed' || outcome === 'bounced';
  if (!settled) return STAY;
  const { reason, rule } = event.properties;
  run.remember({ outcome });
  run.say({ what: 'outcome', stepId: run.instance.step, outcome, reason: text(reason), rule: text(rule) });
  run.instance.pending = undefined;
  if (outcome === 'suppressed') return { next: exits.suppressed };
  return { next: HANDED_OVER.includes(outcome) ? exits.next : exits.failed };
}

const RESPONSES: Record<string, string> = {
  [OWN_EVENTS.offerAccepted]: 'accepted',
  [OWN_EVENTS.offerDeclined]: 'declined',
  [OWN_EVENTS.offerDismissed]: 'dismissed',
  [OWN_EVENTS.offerUndone]: 'undone',
};

/**
 * An answer to an offer, or a later outcome of a message, is remembered at the step it belongs to, wherever the instance is
 * by now; not when the step has been visited again since, and what is remembered belongs to that visit.
 */
export function rememberAnswer(run: Run, event: CustomerEvent): void {
  const { instanceId, stepId, visit } = event.cause ?? {};
  const { steps, visits, id } = run.instance;
  if (instanceId !== id || stepId === undefined) return;
  const memory = own(steps, stepId);
  if (!memory || (visit !== undefined && visit !== own(visits, stepId))) return;
  const response = RESPONSES[event.name];
  const outcome = outcomeOfEventName(event.name);
  if (response !== undefined) {
    steps[stepId] = { ...memory, response };
    run.say({ what: 'responded', stepId, response });
  } else if (outcome !== undefined) {
    steps[stepId] = { ...memory, outcome, ...momentsOf(outcome, event, memory) };
    run.touch();
  }
}

/** Of the hand-over, told once, and of the delivery. */
function momentsOf(outcome: Outcome, { timestamp }: CustomerEvent, { dispatchedAt }: StepMemory): Partial<StepMemory> {
  return {
    ...(HANDED_OVER.includes(outcome) && { dispatchedAt: dispatchedAt ?? timestamp }),
    ...(outcome === 'delivered' && { deliveredAt: timestamp }),
  };
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

const OUTCOME_WORDS: Record<string, string> = {
  failed: 'could not be sent',
  unknown: 'was handed over, its outcome is not known',
};

/** An outcome in words, for the kinds that ask for messages. */
export function outcomeWords({ outcome, reason, rule }: { outcome: string; reason?: string; rule?: string }): string {
  const why = reason === undefined ? '' : `: ${reason}${rule === undefined ? '' : ` (${rule})`}`;
  return `the message ${OUTCOME_WORDS[outcome] ?? `was ${outcome}`}${why}`;
}

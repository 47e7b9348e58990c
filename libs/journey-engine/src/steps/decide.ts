import { OWN_EVENTS, type CustomerEvent, type DecideStep } from '@waymark/contracts';
import { concernsPending, moveByOutcome, outcomeWords, text } from '../awaited-outcome.js';
import { requestBase } from '../request-base.js';
import type { Run } from '../run.js';
import { STAY, type Move, type StepKind } from '../step-kind.js';

/**
 * `decide`: a slot that personalization fills with the next best action. Its `Decision Made` says whether an offer won;
 * if so the step stays until that message is handed over, suppressed or failed.
 */
export const decideKind: StepKind<DecideStep> = {
  compile(_id, step) {
    const exits = {
      next: step.next,
      suppressed: step.suppressed ?? step.next,
      failed: step.failed ?? step.next,
    };
    return {
      acts: true,
      anyChannel: true,
      keptBy: ['pending'],
      enter(run) {
        const { slot, offers, top = 1, explore = 0 } = step;
        run.effects.push({
          type: 'interaction',
          interaction: { type: 'decide', ...requestBase(run, step), slot, offers, top, explore },
        });
        run.say({ what: 'requested', stepId: run.instance.step, actionId: run.actionId, slot });
        run.instance.pending = { actionId: run.actionId, visit: run.visit };
        return STAY;
      },
      onEvent(run, event) {
        if (event.name === OWN_EVENTS.decisionMade && concernsPending(run, event))
          return takeDecision(run, event, step.none ?? step.next);
        return moveByOutcome(run, event, exits);
      },
    };
  },
  words(trace) {
    if (trace.what === 'requested' && trace.slot !== undefined)
      return `asks for the next best action for "${trace.slot}"`;
    if (trace.what === 'decided')
      return trace.offer === undefined
        ? 'no offer was better than doing nothing'
        : `the offer "${trace.offer}" won${trace.strategy === undefined ? '' : ` (${trace.strategy})`}`;
    return trace.what === 'outcome' ? outcomeWords(trace) : undefined;
  },
  choice: (trace) => (trace.what === 'decided' ? (trace.offer ?? trace.result) : undefined),
};

function takeDecision(run: Run, event: CustomerEvent, none: string): Move {
  const { result, offerId, strategy } = event.properties;
  const offer = text(offerId);
  run.remember({ decision: event.cause?.decisionId, offer, strategy: text(strategy) });
  run.say({
    what: 'decided',
    stepId: run.instance.step,
    result: text(result) ?? 'none',
    offer,
    strategy: text(strategy),
  });
  if (result === 'won') return STAY;
  run.instance.pending = undefined;
  return { next: none };
}

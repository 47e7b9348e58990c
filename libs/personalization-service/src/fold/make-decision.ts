import type { Cause, Decision, DecisionId, DecideStep, EpochMs, MessageClass } from '@waymark/contracts';
import type { Scope } from '@waymark/customer-context';
import { chooseOffers, type Scored } from '@waymark/decisioning';
import type { OfferMade } from '@waymark/ports';
import { offersOf, type PersonalizationDefinitions } from './definitions.js';

/** A question for the next best action. */
export interface Question {
  decisionId: DecisionId;
  slot: string;
  offers: DecideStep['offers'];
  class: MessageClass;
  origin: 'asked' | 'journey';
  top: number;
  explore: number;
  cause: Cause;
  scope: Scope;
  made: readonly OfferMade[];
}

export interface Answer {
  decision: Decision;
  chosen: Scored[];
}

/** Decides, and records everything needed to say why and to replay it (R55). Pure. */
export function makeDecision(question: Question, definitions: PersonalizationDefinitions): Answer {
  const { decisionId, slot, cause, scope, origin, top, explore } = question;
  const { candidates, chosen, explored } = chooseOffers(offersOf(definitions, question.offers), {
    request: { slot, class: question.class, origin, top, explore, seed: decisionId, now: scope.now },
    scope,
    madeAt: byOffer(question.made),
    channelAsksConsent: definitions.channelAsksConsent,
  });
  const decision: Decision = {
    decisionId,
    customerId: scope.customer.id,
    at: new Date(scope.now).toISOString(),
    slot,
    cause,
    revision: definitions.revision,
    contextVersion: scope.customer.version,
    candidates,
    ranked: chosen.map(({ survivor }) => survivor.compiled.offer.id),
    winner: chosen[0]?.survivor.compiled.offer.id,
    strategy: chosen[0]?.survivor.strategy,
    explored,
    seed: decisionId,
  };
  return { decision, chosen };
}

function byOffer(made: readonly OfferMade[]): Map<string, EpochMs[]> {
  const times = new Map<string, EpochMs[]>();
  for (const { offerId, at } of made) times.set(offerId, [...(times.get(offerId) ?? []), at]);
  return times;
}

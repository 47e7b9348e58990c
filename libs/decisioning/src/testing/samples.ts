import { offerSchema, type Candidate } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import type { DecisionRequest, DecisionScope } from '../candidate.js';
import { chooseOffers, type Choice } from '../choose-offers.js';
import { compileOffer, type CompiledOffer } from '../compile-offer.js';

/** Offers and questions for tests; whatever is not said is usual, and lets an offer pass every stage. */

export const NOW = Date.parse('2026-05-04T08:00:00Z');

export function anOffer(over: Record<string, unknown> = {}): CompiledOffer {
  const offer = offerSchema.parse({
    kind: 'offer',
    id: 'refill',
    category: 'cart',
    strategy: 'curate',
    value: 10,
    channels: [{ channel: 'email', template: 'refill' }],
    ...over,
  });
  return compileOffer(offer, `v-${offer.id}`);
}

/** Somebody who has agreed to marketing by e-mail. */
export function aCustomer(over: Partial<CustomerContext> = {}): CustomerContext {
  return { ...emptyContext('ada' as never), consents: { email: { marketing: 'granted' } }, ...over };
}

export interface Asked extends Partial<DecisionRequest> {
  customer?: Partial<CustomerContext>;
  madeAt?: Record<string, number[]>;
  channels?: Record<string, boolean>;
}

export function aScope({ customer, madeAt, channels, ...request }: Asked = {}): DecisionScope {
  const asked: DecisionRequest = {
    slot: 'next',
    class: 'marketing',
    origin: 'journey',
    top: 1,
    explore: 0,
    seed: 'seed',
    now: NOW,
    ...request,
  };
  return {
    request: asked,
    scope: { customer: aCustomer(customer), steps: {}, now: asked.now },
    madeAt: new Map(Object.entries(madeAt ?? {})),
    channelAsksConsent: new Map(Object.entries(channels ?? { email: true, inbox: false })),
  };
}

export function choose(offers: readonly CompiledOffer[], asked: Asked = {}): Choice {
  return chooseOffers(offers, aScope(asked));
}

/** What becomes of one offer among no others. */
export function candidateOf(offer: Record<string, unknown>, asked: Asked = {}): Candidate {
  return choose([anOffer(offer)], asked).candidates[0]!;
}

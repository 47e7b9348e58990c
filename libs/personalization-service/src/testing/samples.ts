import {
  SCHEMA_VERSION,
  channelSchema,
  journeySchema,
  offerSchema,
  templateSchema,
  type ActInteraction,
  type CancelInteraction,
  type Channel,
  type CompensateInteraction,
  type DecideInteraction,
  type Journey,
  type Offer,
  type Template,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';

/** Resources and interactions for tests; whatever is not said is usual. */

export const START = '2026-05-04T08:00:00.000Z';

export function aChannel(over: Record<string, unknown> = {}): Channel {
  return channelSchema.parse({ kind: 'channel', id: 'email', type: 'smtp', url: 'smtp://127.0.0.1', ...over });
}

export function aTemplate(over: Record<string, unknown> = {}): Template {
  const text = 'For {{ customer.traits.firstName }}: {{ offer.id }}';
  return templateSchema.parse({ kind: 'template', id: 'refill', channel: 'email', subject: 'Refill?', text, ...over });
}

export function anOffer(over: Record<string, unknown> = {}): Offer {
  return offerSchema.parse({
    kind: 'offer',
    id: 'refill',
    category: 'cart',
    strategy: 'curate',
    value: 10,
    channels: [{ channel: 'email', template: 'refill' }],
    ...over,
  });
}

/** A journey with one slot; personalization looks at nothing else of it. */
export function aJourney(slot: Record<string, unknown> = {}, over: Record<string, unknown> = {}): Journey {
  const next = { kind: 'decide', slot: 'next', offers: { categories: ['cart'] }, next: 'done', ...slot };
  return journeySchema.parse({
    kind: 'journey',
    id: 'cart',
    entry: { event: 'Cart Left' },
    start: 'offer',
    steps: { offer: next, done: { kind: 'exit' } },
    ...over,
  });
}

/** Ada, who has agreed to marketing by e-mail. */
export function aCustomer(over: Partial<CustomerContext> = {}): CustomerContext {
  return {
    ...emptyContext('ada' as never),
    version: 7,
    traits: { firstName: 'Ada' },
    consents: { email: { marketing: 'granted' } },
    ...over,
  };
}

const base = {
  schemaVersion: SCHEMA_VERSION,
  customerId: 'ada' as ActInteraction['customerId'],
  requestedAt: START,
  contextVersion: 0,
} as const;
const treatment = { class: 'marketing' as const, categories: ['cart'], priority: 3, steps: {} };
const causeOf = (actionId: string): ActInteraction['cause'] => ({
  actionId: actionId as ActInteraction['actionId'],
  instanceId: 'i1' as never,
  journeyId: 'cart',
  stepId: 'offer',
  visit: 1,
});

export function anAct(over: Partial<ActInteraction> = {}): ActInteraction {
  const actionId = over.actionId ?? ('act1' as ActInteraction['actionId']);
  const content = { text: 'Hello {{ customer.traits.firstName }}' };
  const act = { ...base, ...treatment, type: 'act' as const, actionId, cause: causeOf(actionId), channel: 'email' };
  return { ...act, ...(over.template === undefined && { content }), data: {}, ...over };
}

export function aDecide(over: Partial<DecideInteraction> = {}): DecideInteraction {
  const actionId = over.actionId ?? ('decide1' as ActInteraction['actionId']);
  const offers = { categories: ['cart'] };
  const asked = { slot: 'next', offers, top: 1, explore: 0 };
  return { ...base, ...treatment, type: 'decide', actionId, cause: causeOf(actionId), ...asked, ...over };
}

export function aCancel(actionId: string): CancelInteraction {
  return { ...base, type: 'cancel', actionId: actionId as CancelInteraction['actionId'], cause: causeOf(actionId) };
}

export function aCompensate(over: Pick<CompensateInteraction, 'offerId' | 'decisionId'>): CompensateInteraction {
  const { actionId: _, ...cause } = causeOf('compensate1');
  const actionId = 'compensate1' as CompensateInteraction['actionId'];
  return { ...base, type: 'compensate', actionId, cause: { ...cause, ...over }, ...over };
}

import {
  SCHEMA_VERSION,
  channelSchema,
  contactPolicySchema,
  type ActionId,
  type Channel,
  type ContactPolicy,
  type CustomerId,
  type DeliverAction,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';

/** Resources and messages for tests; whatever is not said is usual. */

export function anAction(over: Partial<DeliverAction> = {}): DeliverAction {
  return {
    schemaVersion: SCHEMA_VERSION,
    type: 'deliver',
    actionId: 'i1.remind.1' as ActionId,
    customerId: 'ada' as CustomerId,
    channel: 'email',
    class: 'marketing',
    categories: ['cart'],
    priority: 0,
    content: { subject: 'Still thinking?', text: 'Your cart waits.' },
    contentHash: 'hash',
    requestedAt: '2026-05-04T08:00:00.000Z',
    contextVersion: 0,
    cause: { instanceId: 'i1' as never, journeyId: 'cart', stepId: 'remind', visit: 1 },
    ...over,
  };
}

export function aChannel(over: Record<string, unknown> = {}): Channel {
  return channelSchema.parse({ kind: 'channel', id: 'email', type: 'smtp', url: 'smtp://127.0.0.1', ...over });
}

export function aPolicy(over: Record<string, unknown> = {}): ContactPolicy {
  return contactPolicySchema.parse({ kind: 'contact-policy', id: 'default', ...over });
}

/** Somebody in Paris who has agreed to marketing by e-mail. */
export function aCustomer(over: Partial<CustomerContext> = {}): CustomerContext {
  return {
    ...emptyContext('ada' as CustomerId),
    traits: { email: 'ada@example.com', timezone: 'Europe/Paris' },
    consents: { email: { marketing: 'granted' } },
    ...over,
  };
}

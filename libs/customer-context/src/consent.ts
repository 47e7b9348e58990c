import type { MessageClass } from '@waymark/contracts';
import type { ConsentStatus, CustomerContext } from './customer-context.js';
import { own } from './own.js';

/** What she has said of messages of a class on a channel; undefined when she has not, or when nobody asks for the class. */
export function consentStatus(
  { consents }: Pick<CustomerContext, 'consents'>,
  channel: string,
  messageClass: MessageClass,
): ConsentStatus | undefined {
  if (messageClass !== 'marketing' && messageClass !== 'service') return undefined;
  return own(consents, channel)?.[messageClass];
}

/** R33: marketing must be granted, service must not be denied (withdrawn counts as denied), the other classes do not ask. */
export function isConsented(messageClass: MessageClass, status: ConsentStatus | undefined): boolean {
  if (messageClass === 'marketing') return status === 'granted';
  return messageClass !== 'service' || !isDenied(status);
}

/** R5: what is unknown is not denied. */
export function isDenied(status: ConsentStatus | undefined): boolean {
  return status === 'denied' || status === 'withdrawn';
}

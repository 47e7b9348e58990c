import { asksConsent, type Channel, type DeliverAction } from '@waymark/contracts';
import { consentStatus, isConsented, type CustomerContext } from '@waymark/customer-context';
import { GO, type Verdict } from './verdict.js';

/** R33, read at hand-over (R62). */
export function consentGate(action: DeliverAction, channel: Channel, context: CustomerContext): Verdict {
  if (!asksConsent(channel) || (action.class !== 'marketing' && action.class !== 'service')) return GO;
  const status = consentStatus(context, action.channel, action.class);
  const because = `consent to ${action.class} by ${action.channel} is ${status ?? 'not known'}`;
  return isConsented(action.class, status) ? { may: 'go', because } : { may: 'never', reason: 'CONSENT', because };
}

import type { Channel, DeliverAction } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import { GO, type Verdict } from './verdict.js';

/**
 * R33, read at hand-over (R62): marketing must be granted, service must not be denied, the other classes do not ask. Asked
 * for on channels that reach a person's own address, unless the channel's `consent` key says otherwise.
 */
export function consentGate(action: DeliverAction, channel: Channel, { consents }: CustomerContext): Verdict {
  const asks = channel.consent ?? channel.type === 'smtp';
  if (!asks || (action.class !== 'marketing' && action.class !== 'service')) return GO;
  const status = consents[action.channel]?.[action.class];
  const because = `consent to ${action.class} by ${action.channel} is ${status ?? 'not known'}`;
  const may = action.class === 'marketing' ? status === 'granted' : status !== 'denied' && status !== 'withdrawn';
  return may ? { may: 'go', because } : { may: 'never', reason: 'CONSENT', because };
}

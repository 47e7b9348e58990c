import { consentStatus, isConsented } from '@waymark/customer-context';
import type { Stage } from '../candidate.js';

/**
 * The first channel of the offer that may be used: NO_CHANNEL when none of them exists, CONSENT when she has not agreed
 * to any (R33: marketing must be granted, service must not be denied). Dispatch reads consent again at hand-over (R62).
 */
export const usableChannel: Stage = (survivor, { channelAsksConsent, request, scope }) => {
  const existing = survivor.compiled.offer.channels.filter(({ channel }) => channelAsksConsent.has(channel));
  if (existing.length === 0) return { reason: 'NO_CHANNEL', because: 'none of its channels is set up' };
  const usable = existing.find(({ channel }) => {
    if (!channelAsksConsent.get(channel)) return true;
    return isConsented(request.class, consentStatus(scope.customer, channel, request.class));
  });
  if (usable) return { ...survivor, channel: usable.channel };
  const names = existing.map(({ channel }) => channel).join(', ');
  return { reason: 'CONSENT', because: `no consent to ${request.class} by ${names}` };
};

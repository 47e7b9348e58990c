import type { ContactPolicy, DeliverAction, EpochMs, QuietHours } from '@waymark/contracts';
import {
  addDuration,
  inWords,
  isZone,
  parseDuration,
  windowEnd,
  zoneOf,
  type CustomerContext,
} from '@waymark/customer-context';
import { durationMs } from '../channels/duration-ms.js';
import { unitHash } from './unit-hash.js';
import { GO, type Verdict } from './verdict.js';

/** R29, R32, R33: marketing and service messages sleep in the closed windows of a policy. */
export function quietHours(
  policy: ContactPolicy,
  action: DeliverAction,
  context: CustomerContext,
  now: EpochMs,
): Verdict {
  const quiet = policy.quietHours;
  if (!quiet || (action.class !== 'marketing' && action.class !== 'service')) return GO;
  const zone = zoneFor(quiet, context);
  if (zone === 'send') return { may: 'go', because: `her time zone is not known, and ${policy.id} sends then` };
  if (zone === 'drop')
    return {
      may: 'never',
      reason: 'NO_ZONE',
      rule: policy.id,
      because: `her time zone is not known, and ${policy.id} does not send then`,
    };
  const end = windowEnd(now, quiet.windows, zone);
  if (end === undefined)
    return { may: 'go', because: `${inWords(now, zone)} is outside the quiet hours of ${policy.id}` };
  const because = `quiet hours of ${policy.id} until ${inWords(end, zone)}`;
  if (quiet.onClosed === 'drop') return { may: 'never', reason: 'QUIET_HOURS', rule: policy.id, because };
  const { queue } = quiet.onClosed;
  const patience = addDuration(Date.parse(action.requestedAt), parseDuration(queue), zone);
  if (now > patience)
    return {
      may: 'never',
      reason: 'TTL',
      rule: policy.id,
      because: `${because}; it has waited as long as it may (${queue})`,
    };
  if (end > patience)
    return { may: 'wait', until: patience + 1, because: `${because}, later than it may wait (${queue})` };
  return { may: 'wait', until: Math.min(end + spread(policy, action), patience), because };
}

function zoneFor({ zone, onMissingZone }: QuietHours, context: CustomerContext): string {
  if (zone !== 'customer') return zone;
  const hers = zoneOf(context);
  if (hers !== undefined && isZone(hers)) return hers;
  return typeof onMissingZone === 'string' ? onMissingZone : onMissingZone.fixed;
}

/** R32: what a window held back leaves spread over `release.spread`, each action at its own moment. */
function spread(policy: ContactPolicy, action: DeliverAction): number {
  return Math.floor(unitHash(action.actionId) * durationMs(policy.release.spread));
}

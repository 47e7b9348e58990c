import type { Channel, ContactPolicy, DeliverAction, EpochMs, PauseSwitches } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { CountedContact, Suppression } from '@waymark/ports';
import { emailAddressOf } from '../channels/email-address.js';
import { caps } from './caps.js';
import { consentGate } from './consent-gate.js';
import { pauseGate } from './pause-gate.js';
import { quietHours } from './quiet-hours.js';
import type { Verdict } from './verdict.js';

/** Everything known at the moment of hand-over. */
export interface HandOver {
  action: DeliverAction;
  channel: Channel;
  policies: readonly ContactPolicy[];
  context: CustomerContext;
  contacts: readonly CountedContact[];
  suppressions: readonly Suppression[];
  now: EpochMs;
  /** What happens to messages of its journey, which is paused. */
  pause?: PauseSwitches['actions'] | undefined;
  /** Until when it is held for that. */
  heldUntil?: EpochMs | undefined;
  /** A retry has its place under the caps already (R35). */
  isRetry: boolean;
}

/** All gates before a message leaves, in order; the first that closes decides. `because` has what each one saw. */
export function handOverGates(of: HandOver): { verdict: Verdict; because: string[] } {
  const because: string[] = [];
  for (const gate of GATES) {
    const verdict = gate(of);
    if (verdict.because !== undefined) because.push(verdict.because);
    if (verdict.may !== 'go') return { verdict, because };
  }
  return { verdict: { may: 'go' }, because };
}

type Gate = (of: HandOver) => Verdict;

const GATES: readonly Gate[] = [
  ttlGate,
  ({ pause, ...held }) => pauseGate(pause, { heldUntil: undefined, ...held }),
  ({ action, channel, context }) => consentGate(action, channel, context),
  addressGate,
  ({ policies, action, context, now }) => allOf(policies, (policy) => quietHours(policy, action, context, now)),
  ({ policies, action, isRetry, ...scope }) =>
    isRetry ? { may: 'go' } : allOf(policies, (policy) => caps(policy, action, scope)),
];

function ttlGate({ action: { expiresAt }, now }: HandOver): Verdict {
  if (expiresAt === undefined || now <= Date.parse(expiresAt)) return { may: 'go' };
  return { may: 'never', reason: 'TTL', because: `it was to be handed over by ${expiresAt}` };
}

/** R33: marketing and service leave out suppressed addresses, transactional only those that bounced hard, legal none. */
function addressGate({ action, channel, context, suppressions }: HandOver): Verdict {
  if (channel.type === 'smtp' && emailAddressOf(context) === undefined) {
    return { may: 'never', reason: 'NO_ADDRESS', because: 'no e-mail address is known that a mail can be sent to' };
  }
  const its = suppressions.filter(
    ({ customerId, channel: of }) => customerId === action.customerId && of === action.channel,
  );
  const found = its.find(
    ({ reason }) => action.class !== 'legal' && (action.class !== 'transactional' || reason === 'hard-bounce'),
  );
  return found
    ? { may: 'never', reason: 'ADDRESS_SUPPRESSED', because: `the address is suppressed: ${found.reason}` }
    : { may: 'go' };
}

/** All policies apply together (R33, R36): `never` of one goes before `wait` of another, the longest wait before the others. What each saw is told. */
function allOf(policies: readonly ContactPolicy[], test: (policy: ContactPolicy) => Verdict): Verdict {
  const verdicts = policies.map(test);
  const because = verdicts.flatMap((verdict) => verdict.because ?? []).join('; ');
  const never = verdicts.find((verdict) => verdict.may === 'never');
  if (never) return { ...never, because };
  const waits = verdicts.filter((verdict) => verdict.may === 'wait');
  if (waits.length > 0) return { may: 'wait', until: Math.max(...waits.map(({ until }) => until)), because };
  return because === '' ? { may: 'go' } : { may: 'go', because };
}

import type { Cap, ContactPolicy, DeliverAction, EpochMs } from '@waymark/contracts';
import {
  addDuration,
  inWords,
  nextPeriodStart,
  parseDuration,
  periodStart,
  upperBoundMs,
  zoneOf,
  zoneOrUtc,
  type CustomerContext,
} from '@waymark/customer-context';
import type { CountedContact } from '@waymark/ports';
import type { Verdict } from './verdict.js';

/** Everything that counts against a customer's caps: her contacts, those claimed in this batch included. */
export interface CapScope {
  context: CustomerContext;
  contacts: readonly CountedContact[];
  now: EpochMs;
}

/**
 * R34-R36: all caps of a policy, ANDed. Marketing is blocked at the limit, service counts and is never blocked, the other
 * classes neither count nor are blocked (R33). The sentence lists each rule with count, limit and reset.
 */
export function caps(policy: ContactPolicy, action: DeliverAction, scope: CapScope): Verdict {
  if (action.class !== 'marketing') return { may: 'go' };
  const tested = policy.caps
    .filter((cap) => concerns(cap, action))
    .map((cap) => ({ cap, ...usage(cap, policy, scope) }));
  const because = tested
    .map(
      ({ cap, count, resetsAt, zone }) =>
        `${cap.id}: ${count} of ${cap.limit}${resetsAt === undefined ? '' : `, resets ${inWords(resetsAt, zone)}`}`,
    )
    .join('; ');
  const full = tested.find(({ cap, count }) => count >= cap.limit);
  if (full) return { may: 'never', reason: 'CAP', rule: full.cap.id, because };
  return because === '' ? { may: 'go' } : { may: 'go', because };
}

/** How far back caps look, as an upper bound in milliseconds. */
export function longestCapMs(policies: readonly ContactPolicy[]): number {
  const windows = policies.flatMap((policy) => policy.caps.map(({ window }) => window));
  return Math.max(0, ...windows.map((window) => ('rolling' in window ? upperBoundMs(window.rolling) : 32 * DAY_MS)));
}

const DAY_MS = 86_400_000;

function concerns(
  { scope }: Cap,
  { channel, categories, cause }: Pick<DeliverAction, 'channel' | 'categories' | 'cause'>,
): boolean {
  if (scope === 'global') return true;
  if ('channel' in scope) return scope.channel === channel;
  if ('category' in scope) return categories.includes(scope.category);
  return scope.journey === cause.journeyId;
}

function usage(
  cap: Cap,
  { weekStart }: ContactPolicy,
  { context, contacts, now }: CapScope,
): { count: number; resetsAt?: EpochMs; zone: string } {
  const { window } = cap;
  const named = 'rolling' in window || window.zone === 'customer' ? zoneOf(context) : window.zone;
  const zone = zoneOrUtc(named);
  const relevant = contacts.filter((contact) => concerns(cap, { ...contact, cause: { journeyId: contact.journeyId } }));
  if ('calendar' in window) {
    const start = periodStart(now, window.calendar, zone, weekStart);
    return {
      count: relevant.filter(({ at }) => at >= start).length,
      resetsAt: nextPeriodStart(now, window.calendar, zone, weekStart),
      zone,
    };
  }
  const ends = relevant
    .map(({ at }) => addDuration(at, parseDuration(window.rolling), zone))
    .filter((end) => end > now);
  return { count: ends.length, resetsAt: ends.length === 0 ? undefined : Math.min(...ends), zone };
}

import type { CustomerId } from '@waymark/contracts';
import { boundContext } from './bound-context.js';
import { isDenied } from './consent.js';
import type { ConsentStatus, Contact, CustomerContext, Purpose } from './customer-context.js';
import { PARTED_MAX } from './merge-contexts.js';
import { own } from './own.js';

/** Two who were taken for one, each as she stood just before. */
export interface Merged {
  winner: CustomerContext;
  loser: CustomerContext;
}

/**
 * The other way round of `mergeContexts`, later: `now` is what the one person has become since. The one given up is as she
 * was, with the version she has now; of the other is taken away what came from her and has not changed since, never below
 * nothing. What has happened since stays the other's: nobody knows whose it was. Consents stay on the safe side: what is denied
 * now is denied for both, as nobody knows who has said so, and a denial is never taken back. Which journeys they are in is told anew, as their instances part.
 */
export function partContexts(
  now: CustomerContext,
  merged: Merged,
  { at, version }: { at: string; version: number },
): { survivor: CustomerContext; restored: CustomerContext } {
  return { survivor: withoutOther(now, merged, at), restored: asSheWas(now, merged, { at, version }) };
}

function asSheWas(
  now: CustomerContext,
  { loser }: Merged,
  { at, version }: { at: string; version: number },
): CustomerContext {
  const consents = { ...loser.consents };
  for (const [channel, purpose, status] of statusesOf(now))
    if (isDenied(status)) consents[channel] = { ...consents[channel], [purpose]: status };
  return boundContext({ ...loser, version, consents, journeys: {}, partedFrom: { id: now.id, at } });
}

function withoutOther(now: CustomerContext, { winner, loser }: Merged, at: string): CustomerContext {
  const ids = [loser.id, ...(loser.mergedFrom ?? [])];
  const { mergedFrom = [], parted = [], ...others } = now;
  const left = mergedFrom.filter((id) => !ids.includes(id));
  const counters = withoutCounts(now.counters, { winner, loser });
  return boundContext({
    ...others,
    traits: withoutSame(now.traits, winner.traits, loser.traits),
    counters,
    lastSeen: withoutMoments(now.lastSeen, { winner, loser }, counters),
    orders: withoutOrders(now.orders, { winner, loser }),
    segments: now.segments.filter((id) => winner.segments.includes(id) || !loser.segments.includes(id)),
    consents: withoutConsents(now, { winner, loser }),
    agency: withoutSame(now.agency, winner.agency, loser.agency),
    ...stageOf(now, { winner, loser }),
    contacts: withoutContacts(now.contacts, loser.contacts),
    ...(left.length > 0 && { mergedFrom: left }),
    parted: [...parted.filter(({ id }) => id !== loser.id), { id: loser.id, ids, at }].slice(-PARTED_MAX),
  });
}

/** What was the other's alone, and is still as it was, goes. */
function withoutSame<T>(now: Record<string, T>, hers: Record<string, T>, others: Record<string, T>): Record<string, T> {
  const goes = (name: string, value: T): boolean =>
    !Object.hasOwn(hers, name) && Object.hasOwn(others, name) && JSON.stringify(others[name]) === JSON.stringify(value);
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => !goes(name, value)));
}

/** Not below nothing, unless her own was. */
function withoutCounts(now: Record<string, number>, { winner, loser }: Merged): Record<string, number> {
  const left = Object.entries(now).flatMap(([name, count]): [string, number][] => {
    const its = own(loser.counters, name);
    if (its === undefined) return [[name, count]];
    const without = Math.max(count - its, Math.min(0, own(winner.counters, name) ?? 0));
    return without === 0 ? [] : [[name, without]];
  });
  return Object.fromEntries(left);
}

/** A moment that only the other had, or had later, and that nothing has moved since, is that of the one who stays again. */
function withoutMoments(
  now: Record<string, string>,
  { winner, loser }: Merged,
  counters: Record<string, number>,
): Record<string, string> {
  const moments = Object.entries(now).map(([name, at]) => {
    if (own(loser.lastSeen, name) !== at) return [name, at] as const;
    return [name, own(winner.lastSeen, name) ?? (Object.hasOwn(counters, name) ? at : undefined)] as const;
  });
  return Object.fromEntries(moments.filter((each): each is [string, string] => each[1] !== undefined));
}

type Orders = CustomerContext['orders'];

function withoutOrders(
  now: Orders,
  { winner, loser }: { winner: { orders: Orders }; loser: { orders: Orders } },
): Orders {
  const [hers, others] = [winner.orders, loser.orders];
  const count = Math.max(0, now.count - others.count);
  // Sums of decimals are not taken apart again exactly: nothing bought since is as it was before.
  if (count === hers.count && now.value === hers.value + others.value) return hers;
  if (count === 0) return { count, value: 0 };
  const value = Math.max(0, now.value - others.value);
  const lastAt = now.lastAt === others.lastAt ? (hers.lastAt ?? now.lastAt) : now.lastAt;
  const firstAt = now.firstAt === others.firstAt ? (hers.firstAt ?? lastAt) : now.firstAt;
  return { count, value, ...(firstAt !== undefined && { firstAt }), ...(lastAt !== undefined && { lastAt }) };
}

function* statusesOf({ consents }: Pick<CustomerContext, 'consents'>): Generator<[string, Purpose, ConsentStatus]> {
  for (const [channel, purposes] of Object.entries(consents))
    for (const [purpose, status] of Object.entries(purposes)) yield [channel, purpose as Purpose, status];
}

function withoutConsents(now: CustomerContext, { winner, loser }: Merged): CustomerContext['consents'] {
  const kept: CustomerContext['consents'] = {};
  for (const [channel, purpose, status] of statusesOf(now)) {
    const wasOthers =
      own(winner.consents, channel)?.[purpose] === undefined && own(loser.consents, channel)?.[purpose] === status;
    if (!wasOthers || isDenied(status)) kept[channel] = { ...kept[channel], [purpose]: status };
  }
  return kept;
}

function stageOf({ stage }: CustomerContext, { winner, loser }: Merged): { stage?: string | undefined } {
  return { stage: winner.stage === undefined && stage === loser.stage ? undefined : stage };
}

function withoutContacts(now: readonly Contact[], others: readonly Contact[]): Contact[] {
  const goes = others.map((contact) => JSON.stringify(contact));
  return now.filter((contact) => {
    const at = goes.indexOf(JSON.stringify(contact));
    if (at >= 0) goes.splice(at, 1);
    return at < 0;
  });
}

/** The ids under which somebody was known who has parted and is not back, but for those that are back: what is hers goes to her, by her id now. */
export function partedIds({
  parted = [],
  mergedFrom = [],
}: Pick<CustomerContext, 'parted' | 'mergedFrom'>): Map<CustomerId, CustomerId> {
  return new Map(
    parted.flatMap(({ id, ids }) =>
      mergedFrom.includes(id)
        ? []
        : ids.flatMap((was): [CustomerId, CustomerId][] => (mergedFrom.includes(was) ? [] : [[was, id]])),
    ),
  );
}

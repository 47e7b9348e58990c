import { boundContext } from './bound-context.js';
import type { CustomerId } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from './customer-context.js';
import { own } from './own.js';

/** Ids of one person that are remembered. */
const IDS_MAX = 50;
/** People who have parted from one customer that are remembered. */
export const PARTED_MAX = 10;

/**
 * One person who was known as two: `winner`'s id and version; her own traits, consents and agency go before the loser's,
 * counters, orders and instances of journeys add up, times take the later, contacts are joined. Whoever was in a segment under
 * either id goes on in it as one person: she has entered it already.
 */
export function mergeContexts(winner: CustomerContext, loser: CustomerContext): CustomerContext {
  const counters = { ...winner.counters };
  for (const [name, by] of Object.entries(loser.counters)) counters[name] = (own(counters, name) ?? 0) + by;
  const lastSeen = { ...loser.lastSeen, ...winner.lastSeen };
  for (const [name, at] of Object.entries(loser.lastSeen)) if (at > lastSeen[name]!) lastSeen[name] = at;
  const consents = { ...loser.consents };
  for (const [channel, purposes] of Object.entries(winner.consents))
    consents[channel] = { ...consents[channel], ...purposes };
  return boundContext({
    ...winner,
    traits: { ...loser.traits, ...winner.traits },
    counters,
    lastSeen,
    orders: mergeOrders(winner.orders, loser.orders),
    consents,
    agency: { ...loser.agency, ...winner.agency },
    segments: [...new Set([...winner.segments, ...loser.segments])].sort(),
    stage: winner.stage ?? loser.stage,
    journeys: mergeJourneys(winner.journeys, loser.journeys),
    contacts: [...winner.contacts, ...loser.contacts].sort((a, b) => (a.at < b.at ? -1 : 1)),
    ...mergedPeople(winner, loser),
  });
}

/** Whoever has parted from either has parted from the one they are, but for who is back. */
function mergedPeople(winner: CustomerContext, loser: CustomerContext): Pick<CustomerContext, 'mergedFrom' | 'parted'> {
  const mergedFrom = [...(winner.mergedFrom ?? []), ...(loser.mergedFrom ?? []), loser.id].slice(-IDS_MAX);
  const parted = [...(loser.parted ?? []), ...(winner.parted ?? [])];
  if (parted.length === 0) return { mergedFrom };
  return { mergedFrom, parted: parted.filter(({ id }) => !mergedFrom.includes(id)).slice(-PARTED_MAX) };
}

/** What is left of somebody who turned out to be another. */
export function givenUpFor(loser: CustomerContext, winner: CustomerId): CustomerContext {
  return { ...emptyContext(loser.id), version: loser.version + 1, mergedInto: winner };
}

type Journeys = CustomerContext['journeys'];

function mergeJourneys(winner: Journeys, loser: Journeys): Journeys {
  const merged = { ...winner };
  for (const [id, { active, stage }] of Object.entries(loser)) {
    const hers = own(merged, id);
    merged[id] = {
      active: (hers?.active ?? 0) + active,
      ...((hers?.stage ?? stage) && { stage: hers?.stage ?? stage }),
    };
  }
  return merged;
}

type Orders = CustomerContext['orders'];

function mergeOrders(a: Orders, b: Orders): Orders {
  const firsts = [a.firstAt, b.firstAt].filter((at) => at !== undefined).sort();
  const lasts = [a.lastAt, b.lastAt].filter((at) => at !== undefined).sort();
  return { count: a.count + b.count, value: a.value + b.value, firstAt: firsts[0], lastAt: lasts.at(-1) };
}

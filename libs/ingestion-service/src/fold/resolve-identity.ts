import type { CustomerId, RawEvent } from '@waymark/contracts';
import type { IdentityKey } from '@waymark/ports';

/**
 * Who an event is about. A user is the customer of her own id, an anonymous visitor the customer `anon~ID`, unless a
 * link says otherwise; only links are stored.
 */
export interface Resolution {
  customerId: CustomerId;
  /** A link to be stored. */
  link?: { key: IdentityKey; customerId: CustomerId; expected: CustomerId | null };
  /** An anonymous person who turned out to be this customer: her profile is folded into the customer's. */
  absorb?: CustomerId;
}

/** Begins the id of a customer who is known as a visitor alone. */
const VISITOR = 'anon~';

/** The keys an event's identity depends on. */
export function identityKeys({ customerId, userId, anonymousId, previousId }: RawEvent): IdentityKey[] {
  const keys: IdentityKey[] = [];
  if (customerId !== undefined) keys.push(keyOfCustomer(customerId));
  if (userId !== undefined) keys.push(`user:${userId}`);
  if (anonymousId !== undefined) keys.push(`anonymous:${anonymousId}`);
  if (previousId !== undefined) keys.push(`user:${previousId}`, `anonymous:${previousId}`);
  return keys;
}

/** Who a key stands for as long as no link says otherwise. */
export function customerOfKey(key: IdentityKey): CustomerId {
  const [kind, ...rest] = key.split(':');
  const value = rest.join(':');
  return (kind === 'user' ? value : `${VISITOR}${value}`) as CustomerId;
}

/** The key that stands for a customer as long as no link says otherwise: {@link customerOfKey} the other way round. */
function keyOfCustomer(id: CustomerId): IdentityKey {
  return id.startsWith(VISITOR) ? `anonymous:${id.slice(VISITOR.length)}` : `user:${id}`;
}

/** Links from one id to the next at most: ids given up again and again, and cycles that two at once have made, come to an end. */
export const LINKS_MAX = 10;

/** Who a key stands for: a customer who was given up for another is that other. */
export function customerBehind(key: IdentityKey, links: ReadonlyMap<IdentityKey, CustomerId>): CustomerId {
  let customerId = links.get(key) ?? customerOfKey(key);
  for (let followed = 1; followed < LINKS_MAX; followed += 1) {
    const next = links.get(`user:${customerId}`);
    if (next === undefined) break;
    customerId = next;
  }
  return customerId;
}

/** The links of keys and of the customers they lead to, as {@link customerBehind} follows them. */
export async function linksBehind(
  keys: readonly IdentityKey[],
  read: (keys: readonly IdentityKey[]) => Promise<ReadonlyMap<IdentityKey, CustomerId>>,
): Promise<Map<IdentityKey, CustomerId>> {
  const links = new Map<IdentityKey, CustomerId>();
  const asked = new Set<IdentityKey>();
  let next = new Set(keys);
  for (let followed = 0; followed < LINKS_MAX && next.size > 0; followed += 1) {
    const found = await read([...next]);
    for (const key of next) asked.add(key);
    for (const [key, customerId] of found) links.set(key, customerId);
    next = new Set([...found.values()].map((id): IdentityKey => `user:${id}`).filter((key) => !asked.has(key)));
  }
  return links;
}

/** Resolves an event by the links known. */
export function resolveIdentity(
  event: RawEvent,
  links: ReadonlyMap<IdentityKey, CustomerId>,
  isKnown: (id: CustomerId) => boolean,
): Resolution {
  const { userId, anonymousId, previousId } = event;
  const of = (key: IdentityKey): CustomerId => customerBehind(key, links);
  if (event.customerId !== undefined) return { customerId: of(keyOfCustomer(event.customerId)) };
  if (userId === undefined) return { customerId: of(`anonymous:${anonymousId ?? ''}`) };
  const customerId = of(`user:${userId}`);
  const other = otherKey({ anonymousId, previousId }, links, isKnown);
  if (other === undefined || of(other) === customerId) return { customerId };
  const expected = links.get(other) ?? null;
  const link = { key: other, customerId, expected };
  return expected === null ? { customerId, link, absorb: customerOfKey(other) } : { customerId, link };
}

/** The second id of a call: an alias's previous one (a user if known as such, else a visitor), else the visitor's. */
function otherKey(
  { anonymousId, previousId }: Pick<RawEvent, 'anonymousId' | 'previousId'>,
  links: ReadonlyMap<IdentityKey, CustomerId>,
  isKnown: (id: CustomerId) => boolean,
): IdentityKey | undefined {
  if (previousId !== undefined) {
    const asUser: IdentityKey = `user:${previousId}`;
    return links.has(asUser) || isKnown(customerOfKey(asUser)) ? asUser : `anonymous:${previousId}`;
  }
  return anonymousId === undefined ? undefined : `anonymous:${anonymousId}`;
}

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

/** The keys an event's identity depends on. */
export function identityKeys({ userId, anonymousId, previousId }: RawEvent): IdentityKey[] {
  const keys: IdentityKey[] = [];
  if (userId !== undefined) keys.push(`user:${userId}`);
  if (anonymousId !== undefined) keys.push(`anonymous:${anonymousId}`);
  if (previousId !== undefined) keys.push(`user:${previousId}`, `anonymous:${previousId}`);
  return keys;
}

/** Who a key stands for as long as no link says otherwise. */
export function customerOfKey(key: IdentityKey): CustomerId {
  const [kind, ...rest] = key.split(':');
  const value = rest.join(':');
  return (kind === 'user' ? value : `anon~${value}`) as CustomerId;
}

/** Resolves an event by the links known. */
export function resolveIdentity(
  event: RawEvent,
  links: ReadonlyMap<IdentityKey, CustomerId>,
  isKnown: (id: CustomerId) => boolean,
): Resolution {
  if (event.customerId !== undefined) return { customerId: event.customerId };
  const { userId, anonymousId, previousId } = event;
  const of = (key: IdentityKey): CustomerId => links.get(key) ?? customerOfKey(key);
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

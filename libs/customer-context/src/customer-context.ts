import type { CustomerId, JsonObject, MessageClass, Strategy } from '@waymark/contracts';
import { own } from './own.js';

/** The context is bounded; what does not fit is dropped, oldest first, and said in `dropped`. */
export const CONTEXT_BYTES_MAX = 32 * 1024;

export type ConsentStatus = 'granted' | 'denied' | 'withdrawn';
export type Purpose = 'marketing' | 'service';

/** A message that reached the customer or her address; newest last, bounded. */
export interface Contact {
  channel: string;
  class: MessageClass;
  categories: string[];
  journeyId?: string;
  /** ISO 8601 instant of the hand-over. */
  at: string;
}

/** Somebody who was taken for the same person, until that merge was undone. */
export interface Parted {
  id: CustomerId;
  /** All the ids that are hers again, `id` among them. */
  ids: CustomerId[];
  /** ISO 8601. */
  at: string;
}

/** All that is known of a customer at one moment; written by ingestion alone, read by everyone. Plain JSON. */
export interface CustomerContext {
  id: CustomerId;
  /** Rises by one with every batch that changed it. */
  version: number;
  traits: JsonObject;
  /** How often each event name was seen. */
  counters: Record<string, number>;
  /** When each event name was last seen, ISO 8601. */
  lastSeen: Record<string, string>;
  /** Recency, frequency and value of orders (`Order Completed`), value in the workspace's currency. */
  orders: { count: number; value: number; firstAt?: string; lastAt?: string };
  segments: string[];
  /** channel -> purpose -> status. */
  consents: Record<string, Partial<Record<Purpose, ConsentStatus>>>;
  /** category (or `*`) -> the highest strategy she allows. */
  agency: Record<string, Strategy>;
  /** The stage of the step she entered last. */
  stage?: string;
  /** journey id -> how many instances are active, and the stage she is at. */
  journeys: Record<string, { active: number; stage?: string }>;
  contacts: Contact[];
  /** Who she turned out to be: all that was known of her is known of that customer (R61). */
  mergedInto?: CustomerId;
  /** Who turned out to be her, the last one last. */
  mergedFrom?: CustomerId[];
  /** Who turned out to be her, and then not to be (R61), the last one last. */
  parted?: Parted[];
  /** Whom she was taken for until that merge was undone. */
  partedFrom?: { id: CustomerId; at: string };
  /** Names of what was dropped to stay within {@link CONTEXT_BYTES_MAX}. */
  dropped: string[];
}

/** The context of somebody about whom nothing is known yet. */
export function emptyContext(id: CustomerId): CustomerContext {
  return {
    id,
    version: 0,
    traits: {},
    counters: {},
    lastSeen: {},
    orders: { count: 0, value: 0 },
    segments: [],
    consents: {},
    agency: {},
    journeys: {},
    contacts: [],
    dropped: [],
  };
}

/** Her level of agency for a category: the category's own, else `*`, else `curate`. */
export function agencyFor(context: CustomerContext, category: string): Strategy {
  return own(context.agency, category) ?? context.agency['*'] ?? 'curate';
}

/** Her IANA time zone, if known: `traits.timezone`. */
export function zoneOf(context: CustomerContext): string | undefined {
  const zone = context.traits['timezone'];
  return typeof zone === 'string' && zone !== '' ? zone : undefined;
}

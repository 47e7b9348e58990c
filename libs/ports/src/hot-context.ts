import type { CustomerId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';

/**
 * The version to ask for when no event says one and the customer as she is now is meant, such as for her consent: a copy
 * that may be behind the profile has no answer to it.
 */
export const NEWEST = Number.POSITIVE_INFINITY;

/** Which context, and the version of the event that asks: an older one is of no use. */
export interface WantedContext {
  customerId: CustomerId;
  /** A version, or {@link NEWEST}. */
  minVersion: number;
}

/**
 * The hot copy of the customers' contexts. It may forget at any time, and may miss what it should be given: then it may still
 * have what it was given before, so that readers say which version they need. A store that is away is no failure: nothing is
 * there, and nothing is stored.
 */
export interface HotContext {
  /** What is there in at least the wanted version, in one round trip; the rest is missing from the map. */
  get(wanted: readonly WantedContext[]): Promise<Map<CustomerId, CustomerContext>>;
  /** Stores contexts in one round trip; an older version never replaces a newer one. */
  put(contexts: readonly CustomerContext[]): Promise<void>;
  /** Forgets. Rejects with STORE_UNAVAILABLE when that is not sure. */
  drop(customerIds: readonly CustomerId[]): Promise<void>;
}

/** Reads contexts for the services: the hot copy, and for what is missing there the durable truth, which refills it. */
export interface ContextReader {
  /** One context for each customer asked for; somebody unknown has the empty context. */
  read(wanted: readonly WantedContext[]): Promise<Map<CustomerId, CustomerContext>>;
}

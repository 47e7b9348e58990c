import type { CustomerId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';

/** Which context, and the version of the event that asks: an older one is of no use. */
export interface WantedContext {
  customerId: CustomerId;
  minVersion: number;
}

/** The hot copy of the customers' contexts. It may forget at any time; it never gives back something older than it was given. */
export interface HotContext {
  /** What is there in at least the wanted version, in one round trip; the rest is missing from the map. */
  get(wanted: readonly WantedContext[]): Promise<Map<CustomerId, CustomerContext>>;
  /** Stores contexts in one round trip; an older version never replaces a newer one. */
  put(contexts: readonly CustomerContext[]): Promise<void>;
  /** Forgets. */
  drop(customerIds: readonly CustomerId[]): Promise<void>;
}

/** Reads contexts for the services: the hot copy, and for what is missing there the durable truth, which refills it. */
export interface ContextReader {
  /** One context for each customer asked for; somebody unknown has the empty context. */
  read(wanted: readonly WantedContext[]): Promise<Map<CustomerId, CustomerContext>>;
}

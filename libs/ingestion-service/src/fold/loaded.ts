import type { CustomerId } from '@waymark/contracts';
import type { IdentityKey, Merge, StoredProfile } from '@waymark/ports';
import type { SchedulePlan } from './plan-schedules.js';

/** The state of all keys of a batch. */
export interface Loaded {
  /** Message ids known, with the hash of their bodies. */
  known: ReadonlyMap<string, string>;
  links: ReadonlyMap<IdentityKey, CustomerId>;
  /** The merges that are to be undone. */
  merges: ReadonlyMap<string, Merge>;
  people: ReadonlyMap<CustomerId, StoredProfile>;
  /** Customers whose segments are due, or were evaluated for another set. */
  toEvaluate: readonly CustomerId[];
  plan: SchedulePlan;
  /** A page of the members of the plan's instant, with the versions of their contexts. */
  membersToTell: readonly { customerId: CustomerId; version: number }[];
}

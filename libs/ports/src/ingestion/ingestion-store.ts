import type { CustomerEvent, CustomerId, EpochMs, MessageId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { BatchStore } from '../batch-store.js';
import type { MemberChanges, ScheduleChanges, SegmentMark, SegmentStore } from './segment-store.js';

/** An event as it is kept: the archive of what happened, and the memory of the dedupe (R71). */
export interface StoredEvent {
  event: CustomerEvent;
  /** SHA-256 of what the sender sent; a repetition with another hash is a mismatch. */
  bodyHash: string;
  /** Where it broke its event's schema (R73). */
  violations: string[];
  /** Whether the schema's `onViolation: block` kept it from going on. */
  blocked: boolean;
}

/** Which customer an id of a sender means, null: its own again; `expected` is what it meant before, null for an id never seen. */
export interface IdentityChange {
  key: IdentityKey;
  customerId: CustomerId | null;
  expected: CustomerId | null;
}

/** `user:` or `anonymous:` and the id as the sender wrote it. */
export type IdentityKey = `user:${string}` | `anonymous:${string}`;

/**
 * A profile after a batch; `expectedVersion` is the version it was made from, 0 for somebody new. It belongs to the partition
 * of the batch from here on. Where only the mark is another one the version stays as it is.
 */
export interface ProfileChange {
  context: CustomerContext;
  expectedVersion: number;
  /** Absent for a profile that was never evaluated. */
  mark?: SegmentMark | undefined;
}

/** Somebody turned out to be somebody else (R61), as it is kept as long as that can be undone. */
export interface Merge {
  id: string;
  /** Who was given up, and for whom. */
  from: CustomerId;
  to: CustomerId;
  at: EpochMs;
  undoUntil: EpochMs;
  undoneAt?: EpochMs;
  /** The links that it made, and whom they led to before; null: nobody but the id itself. */
  links: { key: IdentityKey; before: CustomerId | null }[];
  /** Both just before, and how far the evaluation of the one given up had come; absent when it is undone. */
  before?: { winner: CustomerContext; loser: CustomerContext; mark: SegmentMark };
}

/** Merges of a batch, and those that it undoes. */
export interface MergeChanges {
  made: Merge[];
  undone: { id: string; at: EpochMs }[];
}

export interface IngestionChanges {
  events: StoredEvent[];
  identities: IdentityChange[];
  profiles: ProfileChange[];
  /** Repetitions with another body (R71). */
  mismatches: number;
  /** Events that ingestion itself has made: archived, and never compared with what others sent. */
  made?: CustomerEvent[];
  members?: MemberChanges;
  schedules?: ScheduleChanges;
  merges?: MergeChanges;
}

/** Ingestion's store: dedupe, event archive, identities, the durable truth of the profiles, and the segments. */
export interface IngestionStore extends BatchStore<IngestionChanges>, SegmentStore {
  /** The body hashes of those message ids that are known. */
  knownMessages(messageIds: readonly string[]): Promise<Map<MessageId, string>>;
  identities(keys: readonly IdentityKey[]): Promise<Map<IdentityKey, CustomerId>>;
  profiles(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, CustomerContext>>;
  /** Merges by id; those that could be undone until more than a day ago may be forgotten. */
  merges(ids: readonly string[]): Promise<Map<string, Merge>>;
  /** The merges by which others turned out to be these customers, newest first. */
  mergesInto(customerIds: readonly CustomerId[], limit: number): Promise<Merge[]>;
  /** A customer's newest events, newest first. */
  events(customerId: CustomerId, limit: number): Promise<StoredEvent[]>;
  mismatches(): Promise<number>;
}

/** So long after it could be undone, in milliseconds, a merge is kept for the request that is on its way. */
export const MERGE_GRACE_MS = 86_400_000;

/** How an event that ingestion itself has made is kept. */
export function madeEvent(event: CustomerEvent): StoredEvent {
  return { event, bodyHash: '', violations: [], blocked: false };
}

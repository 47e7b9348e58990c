import type { ActionId, CustomerId, DeliverAction, EpochMs, MessageClass } from '@waymark/contracts';
import type { BatchStore } from '../batch-store.js';

/**
 *   queued --> claimed --> sent | failed | unknown
 *     |  ^        |
 *     |  '--------+--> retrying --> claimed
 *     '--> suppressed
 */
export type DeliveryState = 'queued' | 'claimed' | 'retrying' | 'sent' | 'failed' | 'suppressed' | 'unknown';

/** One message on its way. The row is the truth; jobs and mailboxes only wake. */
export interface Delivery {
  actionId: ActionId;
  customerId: CustomerId;
  channel: string;
  state: DeliveryState;
  /** When the next thing is to be done with it; absent when it is settled. */
  dueAt?: EpochMs | undefined;
  /** Tries so far; the first is 1. */
  attempt: number;
  /** The paused journey that it is held for; it is due again when that goes on, and at `dueAt` at the latest (R26). */
  heldFor?: string | undefined;
  /** An earlier try may have reached the customer, and nobody knows. */
  mayHaveLeft?: boolean | undefined;
  /** When it was handed over, or settled otherwise. */
  settledAt?: EpochMs | undefined;
  /** May hold a provider's own words; a NUL in them is kept as U+FFFD. */
  reason?: string | undefined;
  rule?: string | undefined;
  /** What was tested before the last hand-over, one sentence each. */
  because: string[];
  action: DeliverAction & {
    /** W3C trace context that its hand-over and its outcomes are in; only where that is followed. */
    traceparent?: string | undefined;
  };
}

/** A message that counts under caps (R33, R35): marketing or service, handed over or on its way. */
export interface CountedContact {
  customerId: CustomerId;
  channel: string;
  class: MessageClass;
  categories: string[];
  journeyId?: string;
  at: EpochMs;
}

/** An address that must not be used any more. */
export interface Suppression {
  channel: string;
  customerId: CustomerId;
  reason: 'hard-bounce' | 'complaint';
  at: EpochMs;
}

/** A message in a customer's inbox. */
export interface InboxMessage {
  actionId: ActionId;
  customerId: CustomerId;
  channel: string;
  subject?: string;
  body: string;
  at: EpochMs;
}

export interface DispatchState {
  /** The deliveries asked for, those due, and those claimed by an earlier life of the process. */
  deliveries: Delivery[];
  /** What counts under caps for every customer concerned. */
  contacts: CountedContact[];
  suppressions: Suppression[];
}

/** Somebody who was several ids is contacted: her messages may stand in several partitions, and her places are one person's (R61). */
export interface PersonClaim {
  customerId: CustomerId;
  /** How often she had been claimed for when her contacts were counted. */
  expected: number;
}

export interface DispatchChanges {
  deliveries: Delivery[];
  people?: PersonClaim[];
}

/** Dispatch's store: deliveries, suppressions, inboxes. */
export interface DispatchStore extends BatchStore<DispatchChanges> {
  /**
   * What a batch is about. Only the partition's owner changes its deliveries, in the transaction that moves its progress
   * (P2): nothing is locked here, and two owners cannot both claim.
   */
  load(wanted: {
    partition: number;
    actionIds: readonly ActionId[];
    /** Customers of actions that have no delivery yet. */
    customerIds: readonly CustomerId[];
    /** Claimed and on their way in this process: not to be recovered. */
    inFlight: readonly ActionId[];
    now: EpochMs;
    /** Of what is due and of what is to be recovered, at most this many each, the longest due first. */
    dueMax: number;
    /** How far back contacts matter for caps. */
    contactsSince: EpochMs;
    /** Journeys that hold their messages back: those held for others are due. */
    holding: readonly string[];
  }): Promise<DispatchState>;
  /** How often somebody who was several ids has been claimed for, over all partitions; none is 0. */
  personClaims(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, number>>;
  /** What counts under caps of these customers, since a moment. */
  contacts(customerIds: readonly CustomerId[], since: EpochMs): Promise<CountedContact[]>;
  /**
   * The earliest thing to do in a partition: a delivery due, or (at once: 0) one claimed that is not among `inFlight`, or one
   * held for a journey that is not among `holding`.
   */
  nextDueAt(
    partition: number,
    but: { inFlight: readonly ActionId[]; holding: readonly string[] },
  ): Promise<EpochMs | undefined>;
  /** Deliveries by their action, in one round trip; unknown ones are missing from the map. */
  deliveriesOf(actionIds: readonly ActionId[]): Promise<Map<ActionId, Delivery>>;
  /** A customer's newest deliveries, newest first. */
  deliveries(customerId: CustomerId, limit: number): Promise<Delivery[]>;
  /** Deliveries counted by channel, state and, unless failed, reason. */
  deliveryCounts(): Promise<{ channel: string; state: DeliveryState; reason?: string; count: number }[]>;
  /** How many are held for a paused journey. */
  heldCount(journeyId: string): Promise<number>;
  /** The newest suppressions, newest first. */
  suppressions(limit: number): Promise<Suppression[]>;
  /** Addresses not to be used any more; a second time it changes nothing, but that a hard bounce goes before a complaint (R33). */
  suppress(suppressions: readonly Suppression[]): Promise<void>;
  /** Puts a message in an inbox; a second time it changes nothing. A NUL in its texts is kept as U+FFFD. */
  putInInbox(message: InboxMessage): Promise<void>;
  /** A customer's newest inbox messages, newest first. */
  inbox(customerId: CustomerId, limit: number): Promise<InboxMessage[]>;
}

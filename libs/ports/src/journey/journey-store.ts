import type { Cause, CustomerId, EpochMs, InstanceId, SeenEvent } from '@waymark/contracts';
import type { EntryLedger, Instance, Trace } from '@waymark/journey-engine';
import type { BatchStore } from '../batch-store.js';
import {
  NO_CONTROLS,
  type ControlsInUse,
  type JobPage,
  type JobProgress,
  type QueuedEntrant,
} from './journey-controls.js';

/** One journey, customer and correlation key (R1). */
export interface EntryKey {
  journeyId: string;
  customerId: CustomerId;
  correlationKey: string;
}

/** What happened to one instance, or at one journey's door, by one input; with its reasons. */
export interface HistoryEntry {
  /** ISO 8601. */
  at: string;
  journeyId: string;
  version: string;
  /** Absent for a refusal. */
  instanceId?: InstanceId;
  /** The event that did it; absent for a timer. */
  messageId?: string;
  /** The context read (R14). */
  contextVersion: number;
  trace: Trace[];
}

/** What is counted for each journey, for funnels; never deleted by an edit (R23). */
export interface JourneyCount {
  journeyId: string;
  version: string;
  what: 'entered' | 'arrived' | 'ended' | 'converted' | 'refused';
  /** Step id, end reason or refusal reason; empty for the others. */
  key: string;
  count: number;
  /** Sum of conversion values. */
  value: number;
}

/** What is counted of a variant of a split, for each epoch by itself (R24). */
export interface VariantCount {
  journeyId: string;
  version: string;
  stepId: string;
  variant: string;
  epoch: number;
  /** Instances that went on by it. */
  entered: number;
  /** Customers to whom it has made a difference (R48), each once for a seed. */
  exposed: number;
  /** Instances among those entered that have converted, and the sum of their values. */
  converted: number;
  value: number;
}

export interface JourneyState {
  /** All instances, active or with an open conversion window, of the customers asked for and of those with something due. */
  instances: Instance[];
  ledgers: (EntryKey & { ledger: EntryLedger })[];
  /** R47, for each customer by seed. */
  assignments: Map<CustomerId, Record<string, string>>;
  /** R24: the epochs in which those were made that are not of the first, for each customer by seed. */
  epochs: Map<CustomerId, Record<string, number>>;
  /** R48: the seeds whose variants have made a difference to a customer. */
  exposed: Map<CustomerId, ReadonlySet<string>>;
  /** R8: events that an `await` may look back for, oldest first. */
  recent: Map<CustomerId, RecentEvent[]>;
  /** How many have entered each of the journeys asked for, within its window. */
  places: PlacesTaken[];
  /** What the customers asked for take over. */
  moves: CustomerMove[];
  /** Those who wait at a door that is open again, or have waited too long; the longest first. */
  entrants: QueuedEntrant[];
  /** Who of the customers that are given up waits at which doors. */
  leaving: QueuedEntrant[];
  /** The jobs asked for that are not done in this partition. */
  jobs: JobProgress[];
  /** What the first of them is to work on now. */
  page?: JobPage;
}

/** What a customer had in one journey with one key. */
export interface JourneyBelongings {
  journeyId: string;
  correlationKey: string;
  ledger: EntryLedger;
  /** Active, or with an open conversion window. */
  instances: Instance[];
}

/** What goes over from a customer who was given up to the one she turned out to be, and back when that is undone (R61). */
export interface CustomerMove {
  id: string;
  /** Whether it goes back: a merge was undone. */
  back?: boolean;
  from: CustomerId;
  to: CustomerId;
  journeys: JourneyBelongings[];
  assignments: Record<string, string>;
  /** By seed; 1 where nothing is said, as in what a version before has put down. */
  epochs?: Record<string, number>;
  exposed: string[];
  recent: RecentEvent[];
  /** She waits at the doors of paused journeys; absent where it was put down by a version that did not take them along. */
  entrants?: QueuedEntrant[];
}

/** An event kept for an `await`, or, with its cause, for an instance that is still on its way here. */
export type RecentEvent = SeenEvent & {
  cause?: Cause;
  /** Whose it is, where she has turned out to be this customer since (R61). */
  of?: CustomerId;
};

/** Entries of one journey within the window of its cap, over all partitions; `version` rises with every entry. */
export interface PlacesTaken {
  journeyId: string;
  taken: number;
  version: number;
}

/** What a customer's recent events have become; they are of no use any more after `keepUntil`. */
export interface RecentEvents {
  customerId: CustomerId;
  events: RecentEvent[];
  keepUntil: EpochMs;
}

/** Entries that take places of a cap; `expected` is the version they were counted from. */
export interface PlacesChange {
  journeyId: string;
  expected: number;
  enteredAt: EpochMs[];
  /** What entered earlier than this is out of the window, and forgotten. */
  since: EpochMs;
}

export interface JourneyChanges {
  instances: Instance[];
  ledgers: (EntryKey & { ledger: EntryLedger })[];
  /** In epoch 1 unless it says otherwise. */
  assignments: { customerId: CustomerId; seed: string; variant: string; epoch?: number; exposed?: boolean }[];
  history: { customerId: CustomerId; entries: HistoryEntry[] }[];
  /** R3: whom a journey's condition has refused; of each customer the newest NOT_ELIGIBLE_MAX are kept. */
  notEligible: { customerId: CustomerId; entries: HistoryEntry[] }[];
  counts: JourneyCount[];
  variants: VariantCount[];
  recent: RecentEvents[];
  places: PlacesChange[];
  /** Who waits at a door from now on, and who does no longer, by id. */
  entrants: { queued: QueuedEntrant[]; gone: string[] };
  job?: JobProgress | undefined;
  /** Instances that are handed on: they are no longer this customer's. */
  removed: InstanceId[];
  moves: { given: CustomerMove[]; taken: string[] };
}

/** An instance as it is stored, and what is stored beside it. */
export interface InstanceRow {
  instance: Instance;
  /** What the store searches by; it repeats the instance. */
  columns: { step: string; active: boolean; dueAt?: EpochMs | undefined };
  ledger?: EntryLedger | undefined;
  /** Of the instances of its journey, customer and key, itself among them. */
  alike: { active: number; newestOrdinal: number };
  /** The instance that it waits for by a `call`. */
  called?: Instance | undefined;
}

/** Journey-state's store: instances with their timers, the entry ledger, history and counts. */
export interface JourneyStore extends BatchStore<JourneyChanges> {
  load(wanted: {
    partition: number;
    customerIds: readonly CustomerId[];
    now: EpochMs;
    dueMax: number;
    /** The customers who may have something to take over. */
    heirs: readonly CustomerId[];
    /** The customers of this partition who are given up for others. */
    leavers: readonly CustomerId[];
    /** Whether recent events are asked for. */
    recent: boolean;
    /** The journeys whose entries are counted, and since when. */
    places: readonly { journeyId: string; since: EpochMs }[];
    controls: ControlsInUse;
    /** Most instances of a job's page. */
    pageMax: number;
  }): Promise<JourneyState>;
  /** The earliest moment at which a timer, an entrant or a job of a partition is due. */
  nextDueAt(partition: number, controls: ControlsInUse): Promise<EpochMs | undefined>;
  /** How far a job has come, in each partition that has begun it. */
  jobProgress(jobId: string): Promise<JobProgress[]>;
  /** How many wait at a journey's door. */
  entrantCount(journeyId: string): Promise<number>;
  /** A customer's newest history, refusals of every kind among it, oldest first. */
  history(customerId: CustomerId, limit: number): Promise<HistoryEntry[]>;
  /** A customer's instances, newest first. */
  instances(customerId: CustomerId, limit: number): Promise<Instance[]>;
  instance(id: InstanceId): Promise<Instance | undefined>;
  counts(): Promise<JourneyCount[]>;
  variantCounts(): Promise<VariantCount[]>;
  /** Active instances by journey, version and step. */
  population(): Promise<{ journeyId: string; version: string; step: string; count: number }[]>;
  /** Instances of a partition by id, with what is beside them; fewer than `max` are the last. Nothing is locked. */
  instanceRows(wanted: { partition: number; after: string; max: number }): Promise<InstanceRow[]>;
  /** The active instances of a journey in a partition, by id; fewer than `max` are the last. */
  inside(wanted: { partition: number; journeyId: string; after: string; max: number }): Promise<Instance[]>;
  /**
   * Removes what nothing can come of any more, `max` of each at most: instances that ended before a moment and are not open, recent events
   * that nothing looks back for, the refusals by conditions of those whose newest one is from before that moment. Entries (R2),
   * variants (R47), counts (R23) and history stay. Resolves with how many; it waits for nobody, so that what somebody else holds is left
   * for the next time.
   */
  forget(wanted: {
    endedBefore: EpochMs;
    now: EpochMs;
    max: number;
  }): Promise<Record<'instances' | 'recent' | 'notEligible', number>>;
  /** How many wait at which doors in a partition. */
  doors(partition: number): Promise<{ journeyId: string; count: number }[]>;
}

/** Wants nothing from {@link JourneyStore.load}; whoever reads a part of it says what besides. */
export const NOTHING_WANTED: Parameters<JourneyStore['load']>[0] = {
  partition: 0,
  now: 0,
  dueMax: 0,
  customerIds: [],
  heirs: [],
  leavers: [],
  recent: false,
  places: [],
  controls: NO_CONTROLS,
  pageMax: 0,
};

import type { CustomerId, EpochMs, InstanceId } from '@waymark/contracts';
import type { EntryLedger, Instance, Trace } from '@waymark/journey-engine';
import type { BatchStore } from '../batch-store.js';

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

export interface JourneyState {
  /** All instances, active or with an open conversion window, of the customers asked for and of those with something due. */
  instances: Instance[];
  ledgers: (EntryKey & { ledger: EntryLedger })[];
  /** R47, for each customer by seed. */
  assignments: Map<CustomerId, Record<string, string>>;
}

export interface JourneyChanges {
  instances: Instance[];
  ledgers: (EntryKey & { ledger: EntryLedger })[];
  assignments: { customerId: CustomerId; seed: string; variant: string }[];
  history: { customerId: CustomerId; entries: HistoryEntry[] }[];
  counts: JourneyCount[];
}

/** Journey-state's store: instances with their timers, the entry ledger, history and counts. */
export interface JourneyStore extends BatchStore<JourneyChanges> {
  load(wanted: {
    partition: number;
    customerIds: readonly CustomerId[];
    now: EpochMs;
    dueMax: number;
  }): Promise<JourneyState>;
  /** The earliest timer of a partition. */
  nextDueAt(partition: number): Promise<EpochMs | undefined>;
  /** A customer's newest history, oldest first. */
  history(customerId: CustomerId, limit: number): Promise<HistoryEntry[]>;
  /** A customer's instances, newest first. */
  instances(customerId: CustomerId, limit: number): Promise<Instance[]>;
  instance(id: InstanceId): Promise<Instance | undefined>;
  counts(): Promise<JourneyCount[]>;
  /** Active instances by journey, version and step. */
  population(): Promise<{ journeyId: string; version: string; step: string; count: number }[]>;
}

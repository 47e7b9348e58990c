import type { EpochMs, LogRecord, NewRecord, ServiceName, Topic, WorkspaceChange } from '@waymark/contracts';
import type { ActiveResources, BatchStore } from '@waymark/ports';
import type { Measure } from './measure.js';

/** What a record's bytes turned out to be. A workspace change is always handled in a batch of its own. */
export type Decoded<R> =
  | { type: 'record'; record: R }
  | { type: 'workspace'; change: WorkspaceChange }
  | { type: 'invalid'; code: string; detail: string };

/** One decoded record with its place in the log. */
export interface Located<R> {
  record: R;
  offset: number;
  /** W3C trace context for what it causes; undefined where it is not followed. */
  traceparent?: string | undefined;
}

/** What a fold makes of a batch. */
export interface Folded<C> {
  changes: C;
  outputs: NewRecord[];
  /** Records that turned out to be invalid only in the light of the state; they become dead letters (P5). */
  rejected?: { offset: number; code: string; detail: string }[];
  /** What is to be counted once the batch is saved. */
  measures?: readonly Measure[];
}

/** What one batch is made of. */
export interface Batch<R> {
  partition: number;
  /** May be empty: then only timers fire. */
  records: readonly Located<R>[];
  now: EpochMs;
  /** W3C trace context for what falls due by itself; undefined where that is not followed. */
  traceparent?: string | undefined;
}

/**
 * What a service is to the processor. `D` is its compiled form of the active resources, `L` the state it loads, `C` the
 * changes it saves.
 */
export interface Topology<R, D, L, C> {
  /** Names the source of its outputs (P3). */
  readonly service: ServiceName;
  readonly source: Topic;
  /** The topic on which a workspace change is passed on, in the same partition (`events.raw` gets it in every partition). */
  readonly forwardWorkspaceTo?: Topic;
  /** Never throws. */
  decode(record: LogRecord): Decoded<R>;
  /** Whether a workspace change is one that an apply has made; where it is not given, all are. What is not becomes a dead letter. */
  approves?(change: WorkspaceChange): Promise<boolean>;
  /** Compiles the active resources; called when a partition starts and after each workspace change. */
  compile(active: ActiveResources): Promise<D>;
  /** Reads the state of all keys of the batch, and what is due at `now`, in a constant number of round trips. */
  load(batch: Batch<R>, definitions: D): Promise<L>;
  /** Pure: time, ids and randomness come from the batch alone. */
  fold(batch: Batch<R>, loaded: L, definitions: D): Folded<C>;
  /** After the commit and before the outputs are published: the hot context is written here. May fail: it only warms. */
  afterCommit?(changes: C): Promise<void>;
  /** The earliest moment at which something of the partition falls due by itself. */
  nextDueAt?(partition: number, definitions: D): Promise<EpochMs | undefined>;
  /** The partition belongs to another process now: what was kept or handed out for it here is forgotten. */
  released?(partition: number): void;
  /** What reaches the partition from within the process, beside the log and the clock: results of work it has handed out. */
  readonly mailbox?: Mailbox;
  readonly store: BatchStore<C>;
}

/** Input of a partition from within its process. The topology's `load` reads it, its `afterCommit` removes what was taken. */
export interface Mailbox {
  hasMail(partition: number): boolean;
  /** Whether work handed out has not answered yet. */
  isBusy(partition: number): boolean;
  /** Resolves when there is mail, or `signal` aborts; never rejects. */
  waitForMail(partition: number, signal: AbortSignal): Promise<void>;
}

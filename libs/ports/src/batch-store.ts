import type { EpochMs, NewRecord, Resource, WorkspaceChange } from '@waymark/contracts';

/** How far a service has come in one partition of its topic. A partition never seen has all zeros. */
export interface Progress {
  /** Raised by every save; what the compare-and-set compares (P2). */
  version: number;
  /** The first offset not yet processed. */
  nextOffset: number;
  /** The sequence number of the next output (P3). */
  nextSequence: number;
  /** For each source (`service/partition`, or a letter redriven), the highest sequence number taken in (P3). */
  seen: Readonly<Record<string, number>>;
}

/** One batch, to be saved in one transaction. */
export interface BatchCommit<C> {
  partition: number;
  /** The progress the batch was made from; the save fails with FENCED if it is no longer the stored one. */
  from: Progress;
  /** The progress after the batch; its version is `from.version + 1`. */
  to: Progress;
  /** The service's own changes; absent when the batch is a workspace change. */
  changes?: C;
  /** The resources that this partition uses from here on. */
  workspace?: WorkspaceChange;
  outputs: readonly NewRecord[];
  now: EpochMs;
}

/** Outputs of a committed batch that may not have been published yet. */
export interface OutboxRow {
  partition: number;
  /** The version of the progress its batch saved. */
  version: number;
  outputs: readonly NewRecord[];
}

/** What a partition uses: the newest resource of each kind and id, and the workspace revision they stand for. */
export interface ActiveResources {
  revision: number;
  resources: readonly { version: string; resource: Resource }[];
}

/**
 * The transactional store of one service: state, outbox and progress of a batch become durable together or not at all
 * (P1). `C` is what the service's fold yields.
 */
export interface BatchStore<C> {
  progress(partition: number): Promise<Progress>;
  /**
   * Saves a batch. `published` when the outputs reached the log in the same transaction, `pending` when they wait in the
   * outbox. Rejects with FENCED when another owner has saved (P2), STATE_CONFLICT when a row was changed by another
   * partition's batch (nothing is saved: reload and redo), STORE_UNAVAILABLE or DISK_FULL when it may work later.
   */
  save(commit: BatchCommit<C>): Promise<'published' | 'pending'>;
  /** The partition's outbox, oldest first. */
  pending(partition: number): Promise<OutboxRow[]>;
  /** Forgets an outbox row once its outputs are in the log. */
  clear(row: Pick<OutboxRow, 'partition' | 'version'>): Promise<void>;
  /** The resources active in a partition, by kind and id. */
  activeResources(partition: number): Promise<ActiveResources>;
  /** Any version ever active, by kind, id and version: instances are pinned to theirs (R21). */
  resourceVersions(wanted: readonly { kind: string; id: string; version: string }[]): Promise<Map<string, Resource>>;
}

import { WaymarkError, type NewRecord, type Resource, type WorkspaceChange } from '@waymark/contracts';
import type { ActiveResources, BatchCommit, BatchStore, OutboxRow, Progress } from './batch-store.js';

export const NO_PROGRESS: Progress = { version: 0, nextOffset: 0, nextSequence: 0, seen: {} };

interface PartitionState {
  progress: Progress;
  outbox: OutboxRow[];
  revision: number;
  active: Map<string, { version: string; resource: Resource }>;
}

/**
 * A batch store in memory. A save is one synchronous step, so it is as atomic as a transaction: `check` and then the log
 * may refuse it, after that nothing can fail. What it is given and gives back is never shared with the caller's objects by
 * `apply`'s implementers: they store copies or treat values as immutable.
 */
export abstract class MemoryBatchStore<C> implements BatchStore<C> {
  readonly #partitions = new Map<number, PartitionState>();
  readonly #versions = new Map<string, Resource>();
  readonly #appendOutputs: ((outputs: readonly NewRecord[]) => void) | undefined;

  /** With `appendOutputs` the log is part of the transaction and no outbox row is needed; it appends all or throws. */
  constructor(options: { appendOutputs?: (outputs: readonly NewRecord[]) => void } = {}) {
    this.#appendOutputs = options.appendOutputs;
  }

  /** Throws STATE_CONFLICT when the changes were made from rows that have changed since; changes nothing. */
  protected abstract check(changes: C): void;
  /** Applies the changes; cannot fail. */
  protected abstract apply(changes: C, commit: BatchCommit<C>): void;

  async progress(partition: number): Promise<Progress> {
    return this.#state(partition).progress;
  }

  async save(commit: BatchCommit<C>): Promise<'published' | 'pending'> {
    const state = this.#state(commit.partition);
    if (state.progress.version !== commit.from.version) {
      throw new WaymarkError(
        'FENCED',
        `partition ${commit.partition} has another owner: its version is ${state.progress.version}, not ${commit.from.version}`,
      );
    }
    if (commit.changes !== undefined) this.check(commit.changes);
    const { partition, to, outputs } = commit;
    const where = this.#publish(state, { partition, version: to.version, outputs });
    state.progress = to;
    if (commit.changes !== undefined) this.apply(commit.changes, commit);
    if (commit.workspace) this.#activate(state, commit.workspace);
    return where;
  }

  async pending(partition: number): Promise<OutboxRow[]> {
    return [...this.#state(partition).outbox];
  }

  async clear(row: Pick<OutboxRow, 'partition' | 'version'>): Promise<void> {
    const state = this.#state(row.partition);
    state.outbox = state.outbox.filter((other) => other.version !== row.version);
  }

  async activeResources(partition: number): Promise<ActiveResources> {
    const { revision, active } = this.#state(partition);
    const place = ({ resource }: { resource: Resource }): string => `${resource.kind}/${resource.id}`;
    const resources = [...active.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1));
    return { revision, resources };
  }

  async resourceVersions(
    wanted: readonly { kind: string; id: string; version: string }[],
  ): Promise<Map<string, Resource>> {
    const found = new Map<string, Resource>();
    for (const { kind, id, version } of wanted) {
      const resource = this.#versions.get(`${kind}/${id}/${version}`);
      if (resource) found.set(version, resource);
    }
    return found;
  }

  #publish(state: PartitionState, row: OutboxRow): 'published' | 'pending' {
    if (row.outputs.length === 0) return 'published';
    if (this.#appendOutputs) {
      this.#appendOutputs(row.outputs);
      return 'published';
    }
    state.outbox.push(row);
    return 'pending';
  }

  #activate(state: PartitionState, { revision, changes }: WorkspaceChange): void {
    state.revision = revision;
    for (const change of changes) {
      if (change.op === 'delete') {
        state.active.delete(`${change.kind}/${change.id}`);
        continue;
      }
      const { version, resource } = change;
      state.active.set(`${resource.kind}/${resource.id}`, { version, resource });
      this.#versions.set(`${resource.kind}/${resource.id}/${version}`, resource);
    }
  }

  #state(partition: number): PartitionState {
    let state = this.#partitions.get(partition);
    if (!state) {
      state = { progress: NO_PROGRESS, outbox: [], revision: 0, active: new Map() };
      this.#partitions.set(partition, state);
    }
    return state;
  }
}

import { WaymarkError, type Resource, type WorkspaceChange } from '@waymark/contracts';

/** What the workspace holds now. */
export interface WorkspaceState {
  /** 0 before the first apply. */
  revision: number;
  resources: { version: string; resource: Resource }[];
}

/**
 * The workspace as it was applied last, and the changes not yet announced on the log: a change is put first and announced
 * after, so that a crash between the two is made good at the next start.
 */
export interface WorkspaceRegistry {
  current(): Promise<WorkspaceState>;
  /** Rejects with STATE_CONFLICT unless `change.revision` follows the current one. */
  put(change: WorkspaceChange): Promise<void>;
  /** Changes put and not announced, oldest first. */
  unannounced(): Promise<WorkspaceChange[]>;
  announced(revision: number): Promise<void>;
  /** The change that made a revision; undefined when none did. */
  changeOf(revision: number): Promise<WorkspaceChange | undefined>;
  /** When versions of a resource were put, newest first, `max` at most. */
  publications(of: ResourceName, max: number): Promise<Publication[]>;
}

export interface ResourceName {
  kind: Resource['kind'];
  id: string;
}

/** A version of a resource came into use, as the revision of the workspace that put it; a version may come again. */
export interface Publication {
  version: string;
  revision: number;
  /** ISO 8601. */
  appliedAt: string;
}

/** What a change publishes of a resource. */
export function publicationsIn({ changes, revision, appliedAt }: WorkspaceChange, of: ResourceName): Publication[] {
  return changes.flatMap((each) =>
    each.op === 'put' && each.resource.kind === of.kind && each.resource.id === of.id
      ? [{ version: each.version, revision, appliedAt }]
      : [],
  );
}

/** The state after a change. */
export function withChange(state: WorkspaceState, change: WorkspaceChange): WorkspaceState {
  const resources = new Map(state.resources.map((entry) => [`${entry.resource.kind}/${entry.resource.id}`, entry]));
  for (const each of change.changes) {
    if (each.op === 'delete') resources.delete(`${each.kind}/${each.id}`);
    else resources.set(`${each.resource.kind}/${each.resource.id}`, { version: each.version, resource: each.resource });
  }
  return { revision: change.revision, resources: [...resources.values()] };
}

/** The conflict of two applies at once. */
export function revisionConflict(current: number, given: number): WaymarkError {
  return new WaymarkError(
    'STATE_CONFLICT',
    `the workspace is at revision ${current}, so ${given} cannot follow; plan and apply again`,
  );
}

export class MemoryWorkspaceRegistry implements WorkspaceRegistry {
  #state: WorkspaceState = { revision: 0, resources: [] };
  #unannounced: WorkspaceChange[] = [];
  readonly #changes = new Map<number, WorkspaceChange>();

  async current(): Promise<WorkspaceState> {
    return this.#state;
  }

  async put(change: WorkspaceChange): Promise<void> {
    if (change.revision !== this.#state.revision + 1) throw revisionConflict(this.#state.revision, change.revision);
    this.#state = withChange(this.#state, change);
    this.#unannounced.push(change);
    this.#changes.set(change.revision, change);
  }

  async unannounced(): Promise<WorkspaceChange[]> {
    return [...this.#unannounced];
  }

  async changeOf(revision: number): Promise<WorkspaceChange | undefined> {
    return this.#changes.get(revision);
  }

  async publications(of: ResourceName, max: number): Promise<Publication[]> {
    const changes = [...this.#changes.values()].reverse();
    return changes.flatMap((change) => publicationsIn(change, of)).slice(0, max);
  }

  async announced(revision: number): Promise<void> {
    this.#unannounced = this.#unannounced.filter((change) => change.revision !== revision);
  }
}

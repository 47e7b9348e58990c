import {
  SCHEMA_VERSION,
  type NewRecord,
  type Resource,
  type ResourceChange,
  type VersionId,
  type WorkspaceChange,
} from '@waymark/contracts';
import type { Clock, EventLog, Publication, ResourceName, WorkspaceRegistry, WorkspaceState } from '@waymark/ports';
import { z } from 'zod';
import { epochChanges, putOf } from './split-epochs.js';

export interface WorkspaceFile {
  path: string;
  text: string;
}

/** Turns files into checked resources; throws INVALID_RESOURCE with an error for each mistake. */
export type CheckWorkspace = (files: readonly WorkspaceFile[]) => { resource: Resource; version: VersionId }[];

const names = z.array(z.string()).describe('as kind/id');
/** What an apply does, or would do. */
export const planSchema = z
  .object({
    revision: z.number().int(),
    create: names,
    update: names,
    delete: names,
    unchanged: names,
    epochs: z
      .array(z.object({ seed: z.string(), epoch: z.number().int() }))
      .optional()
      .describe('splits whose allocation changes, with the epoch that begins with it'),
  })
  .meta({ id: 'WorkspacePlan' });
export type Plan = z.infer<typeof planSchema>;

export interface WorkspaceApiOptions {
  registry: WorkspaceRegistry;
  log: EventLog;
  clock: Clock;
  check: CheckWorkspace;
}

/** The workspace as a whole: what it holds, what an apply would change, and the apply. */
export class WorkspaceApi {
  readonly #options: WorkspaceApiOptions;

  constructor(options: WorkspaceApiOptions) {
    this.#options = options;
  }

  current(): Promise<WorkspaceState> {
    return this.#options.registry.current();
  }

  /** Makes the system match the files; with `dryRun` only says what would change. Rejects with INVALID_RESOURCE or STATE_CONFLICT. */
  async apply(files: readonly WorkspaceFile[], { dryRun }: { dryRun: boolean }): Promise<Plan> {
    const current = await this.current();
    const { changes, plan } = diff(current, this.#options.check(files));
    if (dryRun) return plan;
    if (changes.length > 0) await this.#put(plan.revision, changes);
    await this.announce();
    return plan;
  }

  /** When versions of a resource came into use, newest first, `max` at most. */
  publications(of: ResourceName, max: number): Promise<Publication[]> {
    return this.#options.registry.publications(of, max);
  }

  /** Changes what stands in no file. Rejects with STATE_CONFLICT when the workspace is not at `from` any more. */
  async change(from: WorkspaceState, changes: ResourceChange[]): Promise<void> {
    await this.#put(from.revision + 1, changes);
    await this.announce();
  }

  #put(revision: number, changes: ResourceChange[]): Promise<void> {
    const { registry, clock } = this.#options;
    const appliedAt = new Date(clock.now()).toISOString();
    return registry.put({ schemaVersion: SCHEMA_VERSION, type: 'workspace', revision, changes, appliedAt });
  }

  /**
   * Puts changes that are not yet on the log there, in every partition. At start it makes good a crash in an apply, and an
   * apply sent again, though it changes nothing, makes good one that failed before its announcement.
   */
  async announce(): Promise<void> {
    const { registry, log } = this.#options;
    for (const change of await registry.unannounced()) {
      await log.append(announcement(change, log.partitions));
      await registry.announced(change.revision);
    }
  }
}

/** What is said of journeys stands in no file; it goes with its journey. */
const CONTROL = 'journey-control';
/** These stand in no file either, and stay: who was assigned is, also once a journey is gone. */
const EPOCH = 'split-epoch';

function announcement(change: WorkspaceChange, partitions: number): NewRecord[] {
  const value = JSON.stringify(change);
  return Array.from({ length: partitions }, (_, partition) => ({
    topic: 'events.raw',
    key: 'workspace',
    partition,
    value,
  }));
}

function diff(current: WorkspaceState, wanted: ReturnType<CheckWorkspace>): { changes: ResourceChange[]; plan: Plan } {
  const plan: Plan = { revision: current.revision, create: [], update: [], delete: [], unchanged: [] };
  const inFiles = current.resources.filter(({ resource }) => resource.kind !== CONTROL && resource.kind !== EPOCH);
  const before = new Map(inFiles.map((entry) => [nameOf(entry.resource), entry]));
  const changes: ResourceChange[] = [];
  for (const { resource, version } of wanted) {
    const name = nameOf(resource);
    const known = before.get(name);
    before.delete(name);
    const list = known === undefined ? plan.create : known.version === version ? plan.unchanged : plan.update;
    list.push(name);
    if (list !== plan.unchanged) changes.push({ op: 'put', version, resource });
  }
  for (const [name, { resource }] of before) {
    plan.delete.push(name);
    changes.push({ op: 'delete', kind: resource.kind, id: resource.id });
    const isControlled = current.resources.some((entry) => nameOf(entry.resource) === `${CONTROL}/${resource.id}`);
    if (resource.kind === 'journey' && isControlled) changes.push({ op: 'delete', kind: CONTROL, id: resource.id });
  }
  if (changes.length > 0) plan.revision += 1;
  const epochs = epochChanges(resourcesOf(current.resources), resourcesOf(wanted));
  const begun = epochs.filter(({ epoch }) => epoch > 1).map(({ id, epoch }) => ({ seed: id, epoch }));
  if (begun.length > 0) plan.epochs = begun;
  return { changes: [...changes, ...epochs.map(putOf)], plan };
}

function resourcesOf(entries: readonly { resource: Resource }[]): Resource[] {
  return entries.map(({ resource }) => resource);
}

function nameOf({ kind, id }: Resource): string {
  return `${kind}/${id}`;
}

import {
  pauseSwitchesSchema,
  WaymarkError,
  type Journey,
  type JourneyControl,
  type JourneyJob,
  type MigrationMap,
  type PauseSwitches,
  type ResourceChange,
  type VersionId,
} from '@waymark/contracts';
import { epochsOf, type Epochs } from '@waymark/journey-engine';
import type { Clock, DispatchStore, JourneyStore, WorkspaceState } from '@waymark/ports';
import { z } from 'zod';
import { planMigration, type MigrationPlan } from './plan-migration.js';

export interface JourneyControlsPorts {
  workspace: {
    current(): Promise<WorkspaceState>;
    change(from: WorkspaceState, changes: ResourceChange[]): Promise<void>;
  };
  store: Pick<JourneyStore, 'population' | 'entrantCount' | 'jobProgress'>;
  deliveries: Pick<DispatchStore, 'heldCount'>;
  partitions: number;
  clock: Clock;
}

const count = z.number().int();

/** What a resume sets free (R27); caps, quiet hours and gates are asked anew for each of it. */
export const resumePreviewSchema = z
  .object({
    entrants: count.describe('who wait at the door'),
    messages: count.describe('that are held'),
    frozen: count.describe('instances whose timers stand still'),
  })
  .meta({ id: 'ResumePreview' });
export type ResumePreview = z.infer<typeof resumePreviewSchema>;

/** How far a job has come, over all partitions. */
export const jobReportSchema = z
  .object({
    id: z.string(),
    isDone: z.boolean(),
    partitionsDone: count,
    partitions: count,
    counts: z.record(z.string(), count).describe('what became of the instances, by word'),
  })
  .meta({ id: 'JobReport' });
export type JobReport = z.infer<typeof jobReportSchema>;

/** R22, R26-R28: what people in charge can do with a journey that lives. All reject with NOT_FOUND for one that is not there. */
export class JourneyControls {
  readonly #ports: JourneyControlsPorts;

  constructor(ports: JourneyControlsPorts) {
    this.#ports = ports;
  }

  async control(journeyId: string): Promise<JourneyControl> {
    return (await this.#read(journeyId)).control;
  }

  /** Rejects with STATE_CONFLICT for a journey that is closed. */
  async pause(journeyId: string, asked: Partial<PauseSwitches>): Promise<JourneyControl> {
    const switches = pauseSwitchesSchema.parse(asked);
    return this.#change(journeyId, ({ control, now }) => {
      if (control.state === 'closed')
        throw new WaymarkError('STATE_CONFLICT', `the journey "${journeyId}" is closed: there is nothing to pause`);
      const wasFrozen = control.pause?.timers === 'freeze';
      if (wasFrozen && switches.timers === 'freeze')
        return { ...control, pause: { ...switches, since: control.pause!.since } };
      return { ...thawed(control, now), state: 'paused', pause: { ...switches, since: now } };
    });
  }

  /** Opens a journey again that is paused or closed. */
  async resume(journeyId: string): Promise<JourneyControl> {
    return this.#change(journeyId, ({ control, now }) => ({ ...thawed(control, now), state: 'running' }));
  }

  async resumePreview(journeyId: string): Promise<ResumePreview> {
    const { store, deliveries } = this.#ports;
    const { control } = await this.#read(journeyId);
    const [entrants, messages, population] = await Promise.all([
      store.entrantCount(journeyId),
      deliveries.heldCount(journeyId),
      store.population(),
    ]);
    const inside = population.filter((each) => each.journeyId === journeyId);
    const frozen = control.pause?.timers === 'freeze' ? inside.reduce((sum, { count }) => sum + count, 0) : 0;
    return { entrants, messages, frozen };
  }

  /** R28: nobody enters any more; who is inside goes on. */
  async close(journeyId: string): Promise<JourneyControl> {
    return this.#change(journeyId, ({ control, now }) => ({ ...thawed(control, now), state: 'closed' }));
  }

  /** R28: nobody enters any more, and who is inside leaves, reason STOPPED. Resolves with the job that does it. */
  async stop(journeyId: string): Promise<JourneyJob> {
    const { jobs } = await this.#change(journeyId, ({ control, revision }) => {
      const { pause: _, ...rest } = control;
      const jobs: JourneyJob[] = [...control.jobs, { type: 'stop', id: `stop-${revision}` }];
      return { ...rest, state: 'closed', jobs };
    });
    return jobs.at(-1)!;
  }

  /** R22: what a migration would do, by version and step. Rejects with INVALID_BODY for steps that do not exist. */
  async migrationPlan(journeyId: string, map: MigrationMap): Promise<MigrationPlan> {
    const { journey, version } = await this.#read(journeyId);
    const population = (await this.#ports.store.population()).filter((each) => each.journeyId === journeyId);
    return planMigration({ journey, version, population, map });
  }

  /** R22: takes those inside to the version that is published. Resolves with the job that does it. */
  async migrate(journeyId: string, map: MigrationMap): Promise<JourneyJob> {
    const { to } = await this.migrationPlan(journeyId, map);
    const { jobs } = await this.#change(journeyId, ({ control, revision, epochs }) => {
      const isFirst = Object.keys(epochs).length === 0;
      const job: JourneyJob = { type: 'migrate', id: `migrate-${revision}`, to, map, ...(!isFirst && { epochs }) };
      return { ...control, jobs: [...control.jobs, job] };
    });
    return jobs.at(-1)!;
  }

  /** Rejects with NOT_FOUND for a job that the journey does not have. */
  async job(journeyId: string, jobId: string): Promise<JobReport> {
    const { control } = await this.#read(journeyId);
    if (!control.jobs.some(({ id }) => id === jobId))
      throw new WaymarkError('NOT_FOUND', `the journey "${journeyId}" has no job "${jobId}"`);
    return this.#report(jobId);
  }

  async #report(id: string): Promise<JobReport> {
    const { store, partitions } = this.#ports;
    const parts = await store.jobProgress(id);
    const counts: Record<string, number> = {};
    for (const part of parts)
      for (const [word, count] of Object.entries(part.counts)) counts[word] = (counts[word] ?? 0) + count;
    const partitionsDone = parts.filter(({ isDone }) => isDone).length;
    return { id, isDone: partitionsDone >= partitions, partitionsDone, partitions, counts };
  }

  async #change(
    journeyId: string,
    to: (from: { control: JourneyControl; now: string; revision: number; epochs: Epochs }) => JourneyControl,
  ): Promise<JourneyControl> {
    const { workspace, clock } = this.#ports;
    const { journey, control, state } = await this.#read(journeyId);
    const revision = state.revision + 1;
    const resources = state.resources.map(({ resource }) => resource);
    const epochs = epochsOf(journey, resources);
    const changed = to({ control, now: new Date(clock.now()).toISOString(), revision, epochs });
    const resource = { ...changed, jobs: await this.#openJobs(control, changed) };
    await workspace.change(state, [{ op: 'put', version: `control-${revision}` as VersionId, resource }]);
    return resource;
  }

  /** Jobs that are done everywhere are forgotten with the next change. */
  async #openJobs(before: JourneyControl, { jobs }: JourneyControl): Promise<JourneyJob[]> {
    const reports = await Promise.all(before.jobs.map(({ id }) => this.#report(id)));
    const done = new Set(reports.filter(({ isDone }) => isDone).map(({ id }) => id));
    return jobs.filter(({ id }) => !done.has(id));
  }

  async #read(
    journeyId: string,
  ): Promise<{ journey: Journey; version: VersionId; control: JourneyControl; state: WorkspaceState }> {
    const state = await this.#ports.workspace.current();
    const find = (kind: string) =>
      state.resources.find(({ resource }) => resource.kind === kind && resource.id === journeyId);
    const found = find('journey');
    if (!found) throw new WaymarkError('NOT_FOUND', `there is no journey "${journeyId}" in the workspace`);
    const control = find('journey-control')?.resource as JourneyControl | undefined;
    return {
      journey: found.resource as Journey,
      version: found.version as VersionId,
      control: control ?? { kind: 'journey-control', id: journeyId, state: 'running', jobs: [] },
      state,
    };
  }
}

/** Without its pause; timers that stood still are put off by as much. */
function thawed({ pause, ...control }: JourneyControl, now: string): JourneyControl {
  if (pause?.timers !== 'freeze') return control;
  return {
    ...control,
    jobs: [...control.jobs, { type: 'thaw', id: `thaw-${pause.since}-${now}`, from: pause.since, to: now }],
  };
}

import { instantSchema, WaymarkError } from '@waymark/contracts';
import type { JourneyStore, WorkspaceRegistry } from '@waymark/ports';
import { z } from 'zod';

/** Publications of one journey that are looked at, the newest. */
const PUBLICATIONS_MAX = 1_000;

const count = z.number().int();

/** One version of a journey. */
const journeyVersionSchema = z
  .object({
    version: z.string(),
    publishedAt: instantSchema.describe('when it came into use, the last time if it did so several times'),
    revision: count.describe('the revision of the workspace that put it'),
    isPublished: z.boolean().describe('whether it is the one that whoever enters now enters'),
    entered: count,
    inside: count.describe('how many are in it now'),
  })
  .meta({ id: 'JourneyVersion' });

export const journeyVersionsSchema = z
  .object({ versions: z.array(journeyVersionSchema).describe('the one published last first') })
  .meta({ id: 'JourneyVersions' });
export type JourneyVersions = z.infer<typeof journeyVersionsSchema>;

export interface VersionsPorts {
  workspace: Pick<WorkspaceRegistry, 'current' | 'publications'>;
  store: Pick<JourneyStore, 'counts' | 'population'>;
}

/** A journey's versions, with those who entered and are inside each (R21, R23). */
export class VersionsReader {
  readonly #ports: VersionsPorts;

  constructor(ports: VersionsPorts) {
    this.#ports = ports;
  }

  /** Rejects with NOT_FOUND for a journey that never was in the workspace. */
  async versions(journeyId: string): Promise<JourneyVersions> {
    const { workspace, store } = this.#ports;
    const name = { kind: 'journey', id: journeyId } as const;
    const [publications, state, counts, population] = await Promise.all([
      workspace.publications(name, PUBLICATIONS_MAX),
      workspace.current(),
      store.counts(),
      store.population(),
    ]);
    if (publications.length === 0) throw new WaymarkError('NOT_FOUND', `there has been no journey "${journeyId}"`);
    const published = state.resources.find(({ resource: { kind, id } }) => kind === name.kind && id === journeyId);
    const entered = counts.filter(({ what }) => what === 'entered');
    const sumOf = (list: readonly { journeyId: string; version: string; count: number }[], version: string): number =>
      list
        .filter((each) => each.journeyId === journeyId && each.version === version)
        .reduce((sum, each) => sum + each.count, 0);
    const newest = publications.filter(
      (each, i) => publications.findIndex((one) => one.version === each.version) === i,
    );
    const versions = newest.map(({ version, revision, appliedAt: publishedAt }) => ({
      version,
      publishedAt,
      revision,
      isPublished: version === published?.version,
      entered: sumOf(entered, version),
      inside: sumOf(population, version),
    }));
    return { versions };
  }
}

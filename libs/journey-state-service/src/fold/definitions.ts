import type { Journey } from '@waymark/contracts';
import { compileJourney, type CompiledJourney } from '@waymark/journey-engine';
import type { ActiveResources, BatchStore } from '@waymark/ports';

/** The journeys of a partition: the versions that take entries, and every version an instance may be pinned to (R21). */
export class JourneyDefinitions {
  readonly current: readonly CompiledJourney[];
  readonly #versions: Map<string, CompiledJourney>;

  constructor({ resources }: ActiveResources) {
    const journeys = resources.filter(
      (entry): entry is { version: string; resource: Journey } => entry.resource.kind === 'journey',
    );
    this.current = journeys.map(({ resource, version }) => compileJourney(resource, version));
    this.#versions = new Map(this.current.map((journey) => [journey.version, journey]));
  }

  version(version: string): CompiledJourney {
    const journey = this.#versions.get(version);
    if (!journey) throw new RangeError(`journey version ${version} was not loaded`);
    return journey;
  }

  /** Makes sure that these versions can be asked for. */
  async require(
    wanted: readonly { journeyId: string; version: string }[],
    store: Pick<BatchStore<unknown>, 'resourceVersions'>,
  ): Promise<void> {
    const missing = wanted.filter(({ version }) => !this.#versions.has(version));
    if (missing.length === 0) return;
    const found = await store.resourceVersions(
      missing.map(({ journeyId, version }) => ({ kind: 'journey', id: journeyId, version })),
    );
    for (const [version, resource] of found)
      if (resource.kind === 'journey') this.#versions.set(version, compileJourney(resource, version));
  }
}

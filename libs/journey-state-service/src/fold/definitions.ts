import type { CustomerEvent, Journey } from '@waymark/contracts';
import { compileJourney, epochsOf, type CompiledJourney } from '@waymark/journey-engine';
import type { ActiveResources, BatchStore } from '@waymark/ports';
import { Controls } from './controls.js';

/** What an event may have overtaken, in milliseconds: so long at least what an `await` listens to is kept for it (R8). */
const RECENT_MS_MIN = 86_400_000;

/** The journeys of a partition: the versions that take entries, and every version an instance may be pinned to (R21). */
export class JourneyDefinitions {
  readonly current: readonly CompiledJourney[];
  readonly controls: Controls;
  readonly #versions = new Map<string, CompiledJourney>();
  readonly #listensTo = new Set<string>();
  #recentMs = RECENT_MS_MIN;

  constructor({ resources }: ActiveResources) {
    const journeys = resources.filter(
      (entry): entry is { version: string; resource: Journey } => entry.resource.kind === 'journey',
    );
    const all = resources.map(({ resource }) => resource);
    this.current = journeys.map(({ resource, version }) => compileJourney(resource, version, epochsOf(resource, all)));
    for (const journey of this.current) this.#know(journey);
    this.controls = new Controls(
      resources.flatMap(({ resource }) => (resource.kind === 'journey-control' ? [resource] : [])),
    );
  }

  /** The events that an `await` of any journey may look back for. */
  get listensTo(): ReadonlySet<string> {
    return this.#listensTo;
  }

  /** How long what is listened to is kept, in milliseconds. */
  get recentMs(): number {
    return this.#recentMs;
  }

  /** The journeys with an entry cap that these events, or those who wait at their doors, may enter, be it through a journey that calls them. */
  cappedFor(events: readonly CustomerEvent[]): CompiledJourney[] {
    const capped = this.current.filter(({ entry }) => entry.cap);
    return capped.filter(
      ({ id, entry }) =>
        entry.isCallable || this.controls.mayHaveEntrants(id) || events.some((event) => entry.knocks(event)),
    );
  }

  /** A version that is known: in use, or required before and kept. */
  find(version: string): CompiledJourney | undefined {
    return this.#versions.get(version);
  }

  version(version: string): CompiledJourney {
    const journey = this.find(version);
    if (!journey) throw new RangeError(`journey version ${version} was not loaded`);
    return journey;
  }

  #know(journey: CompiledJourney): void {
    this.#versions.set(journey.version, journey);
    for (const name of journey.listensTo) this.#listensTo.add(name);
    this.#recentMs = Math.max(this.#recentMs, journey.lookBackMs);
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
      if (resource.kind === 'journey') this.#know(compileJourney(resource, version));
  }
}

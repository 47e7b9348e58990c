import type { EpochMs } from '@waymark/contracts';
import { capSince, type CompiledJourney } from '@waymark/journey-engine';
import type { PlacesChange, PlacesTaken } from '@waymark/ports';

/** The places of journeys with an entry cap (R5): those taken before the batch, and those that it takes. */
export class Places {
  readonly #before: ReadonlyMap<string, PlacesTaken>;
  readonly #taken = new Map<string, PlacesChange>();

  constructor(loaded: readonly PlacesTaken[]) {
    this.#before = new Map(loaded.map((each) => [each.journeyId, each]));
  }

  takenOf(journeyId: string): number {
    return (this.#before.get(journeyId)?.taken ?? 0) + (this.#taken.get(journeyId)?.enteredAt.length ?? 0);
  }

  take(journey: CompiledJourney, now: EpochMs): void {
    const since = capSince(journey, now);
    if (since === undefined) return;
    const { id: journeyId } = journey;
    const expected = this.#before.get(journeyId)?.version ?? 0;
    const enteredAt = [...(this.#taken.get(journeyId)?.enteredAt ?? []), now];
    this.#taken.set(journeyId, { journeyId, expected, enteredAt, since });
  }

  /** In the order of their ids, so that batches of two partitions never wait for each other. */
  changes(): PlacesChange[] {
    return [...this.#taken.values()].sort((a, b) => (a.journeyId < b.journeyId ? -1 : 1));
  }
}

import type { CustomerId } from '@waymark/contracts';
import type { AssignedVariant, Surroundings } from '@waymark/journey-engine';
import type { JourneyChanges, JourneyState } from '@waymark/ports';

type Seeded = AssignedVariant & { seed: string };
type Known = Pick<Surroundings, 'assignments' | 'epochs' | 'exposed'>;

const NONE: Known = { assignments: {}, epochs: {}, exposed: new Set() };

/**
 * The variants of a batch's customers: those they had, and those they get. As the store does, keeps the first assignment of a
 * seed with its epoch (R47, R24): a later one is of a test with other variants.
 */
export class Assignments {
  readonly changes: JourneyChanges['assignments'] = [];
  readonly #known = new Map<CustomerId, Known>();

  constructor({ assignments, epochs, exposed }: Pick<JourneyState, 'assignments' | 'epochs' | 'exposed'>) {
    for (const [id, its] of assignments) {
      const { epochs: noEpochs, exposed: notExposed } = NONE;
      this.#known.set(id, {
        assignments: its,
        epochs: epochs.get(id) ?? noEpochs,
        exposed: exposed.get(id) ?? notExposed,
      });
    }
  }

  of(customerId: CustomerId): Known {
    return this.#known.get(customerId) ?? NONE;
  }

  assign(customerId: CustomerId, { seed, variant, epoch }: Seeded): void {
    this.changes.push({ customerId, seed, variant, epoch });
    const { assignments, epochs, exposed } = this.of(customerId);
    if (Object.hasOwn(assignments, seed)) return;
    this.#known.set(customerId, {
      assignments: { ...assignments, [seed]: variant },
      epochs: { ...epochs, [seed]: epoch },
      exposed,
    });
  }

  /** R48: the variant of a seed has made a difference to her. */
  expose(customerId: CustomerId, { seed, variant, epoch }: Seeded): void {
    this.changes.push({ customerId, seed, variant, epoch, exposed: true });
    const known = this.of(customerId);
    this.#known.set(customerId, { ...known, exposed: new Set([...known.exposed, seed]) });
  }
}

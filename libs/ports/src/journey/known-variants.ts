import type { CustomerId } from '@waymark/contracts';
import type { JourneyChanges, JourneyState } from './journey-store.js';

/** What one customer was assigned to, by seed. */
interface Known {
  assignments: Record<string, string>;
  epochs: Record<string, number>;
  exposed: ReadonlySet<string>;
}

/** Assignments for stores in memory: of a customer and seed the first stays (R47), with its epoch (R24); an exposure is added (R48). */
export class KnownVariants {
  readonly #known = new Map<CustomerId, Known>();

  take(assignments: JourneyChanges['assignments']): void {
    for (const { customerId, seed, variant, epoch = 1, exposed } of assignments) {
      const before = this.#known.get(customerId) ?? { assignments: {}, epochs: {}, exposed: new Set<string>() };
      const isNew = !Object.hasOwn(before.assignments, seed);
      this.#known.set(customerId, {
        assignments: isNew ? { ...before.assignments, [seed]: variant } : before.assignments,
        epochs: isNew && epoch > 1 ? { ...before.epochs, [seed]: epoch } : before.epochs,
        exposed: exposed ? new Set([...before.exposed, seed]) : before.exposed,
      });
    }
  }

  of(customerIds: Iterable<CustomerId>): Pick<JourneyState, 'assignments' | 'epochs' | 'exposed'> {
    const found = {
      assignments: new Map<CustomerId, Record<string, string>>(),
      epochs: new Map<CustomerId, Record<string, number>>(),
      exposed: new Map<CustomerId, ReadonlySet<string>>(),
    };
    for (const id of customerIds) {
      const known = this.#known.get(id);
      if (!known) continue;
      found.assignments.set(id, known.assignments);
      if (Object.keys(known.epochs).length > 0) found.epochs.set(id, known.epochs);
      if (known.exposed.size > 0) found.exposed.set(id, known.exposed);
    }
    return found;
  }
}

import type { CustomerId } from '@waymark/contracts';
import type { HistoryEntry, JourneyChanges } from '@waymark/ports';

/** What there is to tell of each customer, in its order. */
export class Told {
  readonly #entries = new Map<CustomerId, HistoryEntry[]>();

  add(customerId: CustomerId, entry: HistoryEntry): void {
    const entries = this.#entries.get(customerId);
    if (entries) entries.push(entry);
    else this.#entries.set(customerId, [entry]);
  }

  list(): JourneyChanges['history'] {
    return [...this.#entries].map(([customerId, entries]) => ({ customerId, entries }));
  }
}

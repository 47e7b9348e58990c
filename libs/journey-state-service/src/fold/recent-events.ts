import type { CustomerId, EpochMs } from '@waymark/contracts';
import type { RecentEvent, RecentEvents } from '@waymark/ports';

/** Of one customer: enough for every `await` that is meant to be answered, bounded (P6). */
const EVENTS_MAX = 50;
const CHARS_MAX = 64 * 1024;

/** What customers have done of late that an `await` may look back for (R8), and what of it is to be saved. */
export class CustomersRecentEvents {
  readonly #events: Map<CustomerId, readonly RecentEvent[]>;
  readonly #changed = new Set<CustomerId>();

  constructor(loaded: ReadonlyMap<CustomerId, readonly RecentEvent[]>) {
    this.#events = new Map(loaded);
  }

  of(customerId: CustomerId): readonly RecentEvent[] {
    return this.#events.get(customerId) ?? [];
  }

  /** As instances see them, whoever's they are. */
  seen(customerId: CustomerId): readonly RecentEvent[] {
    const events = this.of(customerId);
    return events.some(({ of }) => of !== undefined) ? events.map(({ of: _, ...event }) => event) : events;
  }

  add(customerId: CustomerId, event: RecentEvent): void {
    this.#events.set(customerId, bounded([...this.of(customerId), event]));
    this.#changed.add(customerId);
  }

  drop(customerId: CustomerId, isOver: (event: RecentEvent) => boolean): void {
    const kept = this.of(customerId).filter((event) => !isOver(event));
    if (kept.length === this.of(customerId).length) return;
    this.#events.set(customerId, kept);
    this.#changed.add(customerId);
  }

  changes(keepUntil: EpochMs): RecentEvents[] {
    return [...this.#changed].map((customerId) => ({ customerId, events: [...this.of(customerId)], keepUntil }));
  }
}

/** The newest that fit; the newest of all always does. */
function bounded(events: readonly RecentEvent[]): readonly RecentEvent[] {
  let chars = 0;
  const oldest = events.findLastIndex((event) => (chars += JSON.stringify(event).length) > CHARS_MAX);
  return events.slice(Math.min(Math.max(oldest + 1, events.length - EVENTS_MAX), events.length - 1));
}

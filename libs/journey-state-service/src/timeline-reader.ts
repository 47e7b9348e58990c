import type { CustomerId, TimelineEntry } from '@waymark/contracts';
import type { TimelineSource } from '@waymark/ports';

const IN_RING_ORDER = ['ingestion', 'journey-state', 'personalization', 'action-dispatch'];

/** One customer's timeline over all services: by time, and at one moment in the order in which records travel the ring. */
export class TimelineReader {
  readonly #sources: readonly TimelineSource[];
  readonly #resolve: (id: string) => Promise<CustomerId>;

  /** `resolve` finds the customer of any id; it rejects with NOT_FOUND. */
  constructor(sources: readonly TimelineSource[], resolve: (id: string) => Promise<CustomerId>) {
    this.#sources = sources;
    this.#resolve = resolve;
  }

  async read(id: string, options: { limit: number; journeyId?: string | undefined }): Promise<TimelineEntry[]> {
    const customerId = await this.#resolve(id);
    const parts = await Promise.all(this.#sources.map((source) => source.timeline(customerId, options)));
    const all = parts.flat().map((entry, index) => ({ entry, index }));
    all.sort(
      (a, b) => Date.parse(a.entry.at) - Date.parse(b.entry.at) || rank(a.entry) - rank(b.entry) || a.index - b.index,
    );
    return all.map(({ entry }) => entry).slice(-options.limit);
  }
}

function rank({ service }: TimelineEntry): number {
  return IN_RING_ORDER.indexOf(service);
}

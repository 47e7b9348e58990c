import { outcomeOfEventName, type CustomerId, type TimelineEntry } from '@waymark/contracts';
import type { IngestionStore, StoredEvent, TimelineSource } from '@waymark/ports';

/** The events of a customer's timeline. What the platform did itself is told by the service that did it. */
export class EventTimeline implements TimelineSource {
  readonly #store: Pick<IngestionStore, 'events'>;

  constructor(store: Pick<IngestionStore, 'events'>) {
    this.#store = store;
  }

  async timeline(customerId: CustomerId, { limit }: { limit: number }): Promise<TimelineEntry[]> {
    const stored = await this.#store.events(customerId, limit);
    return stored.filter(isFromOutside).map(entry).reverse();
  }
}

const FROM_OUTSIDE = ['opened', 'clicked', 'bounced', 'complained', 'unsubscribed'];

function isFromOutside({ event }: StoredEvent): boolean {
  if (event.source !== 'waymark') return true;
  const outcome = outcomeOfEventName(event.name);
  return outcome !== undefined
    ? FROM_OUTSIDE.includes(outcome)
    : /^(Consent|Agency) Updated$|^Offer /.test(event.name) || event.type === 'identify';
}

function entry({ event, violations, blocked }: StoredEvent): TimelineEntry {
  const said = blocked ? ', which its schema does not allow: it went no further' : '';
  return {
    at: event.timestamp,
    service: 'ingestion',
    kind: 'event',
    text: `${event.name}${details(event.properties)}${said}`,
    because: violations.map((violation) => `breaks its schema: ${violation}`),
    messageId: event.messageId,
    facts: {
      name: event.name,
      type: event.type,
      properties: event.properties,
      source: event.source,
      contextVersion: event.contextVersion,
    },
  };
}

const SHOWN_MAX = 3;

function details(properties: StoredEvent['event']['properties']): string {
  const scalars = Object.entries(properties).filter(([, value]) => typeof value !== 'object');
  if (scalars.length === 0) return '';
  return ` (${scalars
    .slice(0, SHOWN_MAX)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')})`;
}

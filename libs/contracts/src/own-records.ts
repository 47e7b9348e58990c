import type { CustomerEvent } from './customer-event.js';
import { OWN_SOURCE, type CustomerId } from './ids.js';
import type { RawEvent } from './raw-event.js';
import { SCHEMA_VERSION, type NewRecord } from './topics.js';

/** What differs between events that the platform itself puts on `events.raw`. */
export interface OwnRawEvent extends Pick<RawEvent, 'messageId' | 'properties' | 'cause'> {
  customerId: CustomerId;
  event: string;
  /** When it happened, which is when it came in. ISO 8601. */
  at: string;
}

/** An event of the platform's own as a record of `events.raw`, in its customer's partition. */
export function ownRecord({ at, ...of }: OwnRawEvent): NewRecord {
  const event: RawEvent = {
    schemaVersion: SCHEMA_VERSION,
    type: 'track',
    source: OWN_SOURCE,
    traits: {},
    context: {},
    timestamp: at,
    receivedAt: at,
    ...of,
  };
  return { topic: 'events.raw', key: of.customerId, value: JSON.stringify(event) };
}

/** What differs between events that the platform itself says on `events`. */
export interface OwnEvent extends Omit<CustomerEvent, 'schemaVersion' | 'type' | 'source' | 'traits'> {
  /** `track` by default. */
  type?: CustomerEvent['type'];
}

/** An event of the platform's own, of a customer whose context is known. */
export function ownEvent(of: OwnEvent): CustomerEvent {
  return { schemaVersion: SCHEMA_VERSION, type: 'track', source: OWN_SOURCE, traits: {}, ...of };
}

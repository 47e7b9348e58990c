import { OWN_EVENTS, OWN_SOURCE, type CustomerEvent, type JsonObject, type SeenEvent } from '@waymark/contracts';

/** An event as conditions and templates see it. */
export function seenEvent({ name, properties, messageId, timestamp }: CustomerEvent): SeenEvent {
  return { name, properties, messageId, timestamp };
}

/** The event that begins an instance, as it is seen: of a request over the API, the data that came with it. */
export function entryEvent(event: CustomerEvent): SeenEvent {
  const isRequest = event.name === OWN_EVENTS.entryRequested && event.source === OWN_SOURCE;
  return { ...seenEvent(event), ...(isRequest && { properties: event.properties['data'] as JsonObject }) };
}

import type { CustomerEvent, SeenEvent } from '@waymark/contracts';

/** An event as conditions and templates see it. */
export function seenEvent({ name, properties, messageId, timestamp }: CustomerEvent): SeenEvent {
  return { name, properties, messageId, timestamp };
}

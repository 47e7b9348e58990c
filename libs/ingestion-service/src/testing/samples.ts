import { createHash } from 'node:crypto';
import {
  SCHEMA_VERSION,
  eventSchemaSchema,
  type CustomerId,
  type EventSchema,
  type MessageId,
  type RawEvent,
  type SourceId,
} from '@waymark/contracts';
import type { Source } from '@waymark/ports';

/** Events and resources for tests; whatever is not said is usual. */

export const NOW = '2026-05-04T08:00:00.000Z';
export const WRITE_KEY = 'write-key-of-the-shop';

export function customer(id: string): CustomerId {
  return id as CustomerId;
}

export function message(id: string): MessageId {
  return id as MessageId;
}

/** A source that is let in with {@link WRITE_KEY}. */
export function aSource(): Source {
  const keyHash = createHash('sha256').update(WRITE_KEY).digest('hex');
  return { id: 'shop' as SourceId, name: 'Shop', keyHash, createdAt: NOW };
}

export function aRawEvent(over: Partial<RawEvent> = {}): RawEvent {
  return {
    schemaVersion: SCHEMA_VERSION,
    type: 'track',
    messageId: message('m1'),
    source: 'shop' as SourceId,
    ...((over.type ?? 'track') === 'track' && { event: 'Cart Updated' }),
    properties: {},
    traits: {},
    context: {},
    timestamp: NOW,
    receivedAt: NOW,
    ...over,
  };
}

export function anEventSchema(over: Partial<Record<keyof EventSchema, unknown>> = {}): EventSchema {
  return eventSchemaSchema.parse({
    kind: 'event',
    id: 'order-completed',
    name: 'Order Completed',
    properties: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
    ...over,
  });
}

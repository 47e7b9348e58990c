import {
  SCHEMA_VERSION,
  WaymarkError,
  segmentCallSchema,
  type EpochMs,
  type Json,
  type MessageId,
  type RawEvent,
  type SegmentCall,
  type SourceId,
} from '@waymark/contracts';
import { eventTime } from './event-times.js';

/** What belongs to the request and not to the call. */
export interface Received {
  source: SourceId;
  receivedAt: EpochMs;
  /** The batch's, for calls that have none of their own. */
  sentAt?: string | undefined;
  /** An id for a call without one. */
  newMessageId: () => string;
}

/** One Segment call as an event of the log. Throws an invalid error that says what is wrong with this call. */
export function toRawEvent(body: Json, received: Received): RawEvent {
  const parsed = segmentCallSchema.safeParse(body);
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => ({
      path: `/${issue.path.join('/')}`,
      code: 'INVALID_BODY',
      detail: issue.message,
    }));
    const text = errors.map(({ path, detail }) => (path === '/' ? detail : `${path.slice(1)}: ${detail}`)).join('; ');
    throw new WaymarkError('INVALID_BODY', text, { errors });
  }
  const call = parsed.data;
  if (call.userId === undefined && call.anonymousId === undefined) {
    throw new WaymarkError('MISSING_ID', 'a call needs a userId or an anonymousId');
  }
  if (call.type === 'alias' && call.userId === undefined)
    throw new WaymarkError('MISSING_ID', 'an alias call needs a userId');
  const timestamp = eventTime(
    { timestamp: call.timestamp, sentAt: call.sentAt ?? received.sentAt },
    received.receivedAt,
  );
  return {
    schemaVersion: SCHEMA_VERSION,
    type: call.type,
    messageId: call.messageId ?? (received.newMessageId() as MessageId),
    source: received.source,
    userId: call.userId,
    anonymousId: call.anonymousId,
    ...details(call),
    context: call.context,
    timestamp: new Date(timestamp).toISOString(),
    receivedAt: new Date(received.receivedAt).toISOString(),
  };
}

type Details = Pick<RawEvent, 'properties' | 'traits'> & Partial<Pick<RawEvent, 'event' | 'groupId' | 'previousId'>>;

function details(call: SegmentCall): Details {
  switch (call.type) {
    case 'track':
      return { event: call.event, properties: call.properties, traits: {} };
    case 'identify':
      return { properties: {}, traits: call.traits };
    case 'group':
      return { groupId: call.groupId, properties: {}, traits: call.traits };
    case 'alias':
      return { previousId: call.previousId, properties: {}, traits: {} };
    default: {
      const named = {
        ...call.properties,
        ...(call.name && { name: call.name }),
        ...(call.category && { category: call.category }),
      };
      return { event: call.type === 'page' ? 'Page Viewed' : 'Screen Viewed', properties: named, traits: {} };
    }
  }
}

/** The key of an event on `events.raw`: the id its sender used. */
export function keyOf(event: RawEvent): string {
  return event.customerId ?? event.userId ?? event.anonymousId ?? event.messageId;
}

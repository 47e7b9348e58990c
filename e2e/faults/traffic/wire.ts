import type { RawEvent } from '@waymark/contracts';
import type { Call } from './make-traffic.js';

/** A call as it goes to `/v1/batch`. */
export function segmentCallOf({ messageId, customer, said, agoMs }: Call, now: number): object {
  return { ...said, messageId, userId: customer, timestamp: iso(now - agoMs) };
}

/** A call as a producer of the company writes it onto `events.raw`. */
export function rawRecordOf({ messageId, customer, said, agoMs }: Call, now: number): { key: string; value: string } {
  const event = {
    schemaVersion: 1,
    messageId,
    source: 'shop',
    userId: customer,
    ...said,
    timestamp: iso(now - agoMs),
    receivedAt: iso(now),
  } satisfies Partial<Record<keyof RawEvent, unknown>>;
  return { key: customer, value: JSON.stringify(event) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

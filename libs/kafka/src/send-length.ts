import type { EncodedRecord } from './encode-record.js';

/** Records sent to Kafka at once at most (P6). kafkajs copies a partition's part of them once for each record. */
export const SEND_RECORDS_MAX = 2_000;
export const SEND_BYTES_MAX = 8 * 1024 * 1024;
/** Of the batch that a partition's part of a send becomes. */
const BATCH_OVERHEAD_BYTES = 100;

/**
 * How many of `records`, from the first on, make the next send: as many as go without a partition's part of it growing
 * over the topic's limit, or the send over its own. A record over its topic's limit by itself is a send by itself:
 * compressed it may pass, and if not, no other fails with it.
 */
export function sendLength(
  records: readonly Pick<EncodedRecord, 'topic' | 'partition' | 'bytes'>[],
  batchBytesMax: (topic: string) => number,
): number {
  const parts = new Map<string, number>();
  let sum = 0;
  for (const [index, { topic, partition, bytes }] of records.entries()) {
    const place = `${topic}/${partition}`;
    const part = (parts.get(place) ?? BATCH_OVERHEAD_BYTES) + bytes;
    const isOver = part > batchBytesMax(topic) || sum + bytes > SEND_BYTES_MAX;
    if (index > 0 && (isOver || index === SEND_RECORDS_MAX)) return index;
    if (isOver) return 1;
    parts.set(place, part);
    sum += bytes;
  }
  return records.length;
}

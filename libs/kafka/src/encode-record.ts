import type { NewRecord } from '@waymark/contracts';
import type { Message } from 'kafkajs';

/** Bytes of a record beside its key, value and headers, at most, and of each header beside its name and value. */
const RECORD_OVERHEAD_BYTES = 40;
const HEADER_OVERHEAD_BYTES = 10;

/** A record as it goes to one partition of a topic of Kafka. */
export interface EncodedRecord {
  /** The name in Kafka. */
  topic: string;
  partition: number;
  message: Message;
  /** What it takes in a batch at most, before compression. */
  bytes: number;
}

export function encodeRecord(record: NewRecord, to: { topic: string; partition: number }): EncodedRecord {
  const { key, encoding = 'utf8', headers = {} } = record;
  const value = Buffer.from(record.value, encoding);
  let bytes = RECORD_OVERHEAD_BYTES + Buffer.byteLength(key) + value.length;
  for (const [name, text] of Object.entries(headers))
    bytes += HEADER_OVERHEAD_BYTES + Buffer.byteLength(name) + Buffer.byteLength(text);
  return { ...to, message: { key, value, partition: to.partition, headers: { ...headers } }, bytes };
}

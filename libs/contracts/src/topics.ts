import { partitionOf } from './partition-of.js';

/** The four topics of the ring, in ring order, and the one beside it. */
export const TOPICS = ['events.raw', 'events', 'interactions', 'actions', 'dead-letters'] as const;
export type Topic = (typeof TOPICS)[number];

/** The four services, in ring order. */
export const SERVICES = ['ingestion', 'journey-state', 'personalization', 'action-dispatch'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The version stamped on every record value; a reader refuses what it does not know. */
export const SCHEMA_VERSION = 1;

/** Record headers with a meaning. */
export const HEADERS = {
  /** `service/partition` whose batch produced the record (P3). */
  source: 'wm-source',
  /** Position in that source's output; rises by one for each record (P3). */
  sequence: 'wm-seq',
  /** W3C trace context of what the record was caused by; only where that is followed. */
  traceparent: 'traceparent',
} as const;

/** A record to be appended. `partition` overrides what the key says (used for broadcasts). */
export interface NewRecord {
  topic: Topic;
  key: string;
  partition?: number;
  /** JSON text; with `encoding`, what that says. */
  value: string;
  /**
   * `base64` when the value is the base64 text (RFC 4648, padded) of bytes that are not UTF-8, as only a foreign producer
   * sends them. The bytes are kept, so that what they were meant to be can be found out.
   */
  encoding?: 'base64';
  headers?: Readonly<Record<string, string>>;
}

/** A record as read from a log. `value` is what was appended, to the byte. */
export interface LogRecord {
  topic: Topic;
  partition: number;
  offset: number;
  key: string;
  value: string;
  /** As in {@link NewRecord}; never there for text. */
  encoding?: 'base64';
  headers: Readonly<Record<string, string>>;
}

/** The partition a record belongs to among `partitions`. */
export function partitionFor(record: Pick<NewRecord, 'key' | 'partition'>, partitions: number): number {
  return record.partition ?? partitionOf(record.key, partitions);
}

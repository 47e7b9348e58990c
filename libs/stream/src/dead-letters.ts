import {
  HEADERS,
  redriveOf,
  SCHEMA_VERSION,
  type DeadLetter,
  type EpochMs,
  type NewRecord,
  type ServiceName,
} from '@waymark/contracts';
import type { Refused } from './intake.js';

/**
 * The record on `dead-letters` that keeps what could not be processed, to the byte, with the reason (P5). When that was a
 * letter redriven, the new letter names the first.
 */
export function deadLetterRecord(refused: Refused, by: { service: ServiceName; now: EpochMs }): NewRecord {
  const { topic, partition, offset, key, value, encoding, headers } = refused.record;
  const letter: DeadLetter = {
    schemaVersion: SCHEMA_VERSION,
    service: by.service,
    topic,
    partition,
    offset,
    key,
    value,
    encoding,
    headers: { ...headers },
    code: refused.code,
    detail: refused.detail,
    at: new Date(by.now).toISOString(),
    redriveOf: redriveOf(headers[HEADERS.source]),
  };
  return { topic: 'dead-letters', key, value: JSON.stringify(letter) };
}

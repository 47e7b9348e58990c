import { SCHEMA_VERSION, type DeadLetter, type LogRecord, type NewRecord } from '@waymark/contracts';
import { MemoryEventLog } from '@waymark/ports';

/** A dead letter about a record of `events.raw`. */
export function aLetter(over: Partial<DeadLetter> = {}): DeadLetter {
  return {
    schemaVersion: SCHEMA_VERSION,
    service: 'ingestion',
    topic: 'events.raw',
    partition: 0,
    offset: 7,
    key: 'ada',
    value: '{not json',
    headers: {},
    code: 'MALFORMED_JSON',
    detail: 'the value is not JSON',
    at: '2026-05-04T08:00:00.000Z',
    ...over,
  };
}

/** A record of `dead-letters`. */
export function onDeadLetters(value: object | string, partition = 0): NewRecord {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { topic: 'dead-letters', key: 'ada', partition, value: text };
}

/** A log that gives some records at a time, as Kafka may, and whose oldest ones are gone. */
export class ShortReadsLog extends MemoryEventLog {
  readonly #readMax: number;
  readonly #begin: number;

  constructor(partitions: number, { readMax = Infinity, begin = 0 } = {}) {
    super(partitions);
    this.#readMax = readMax;
    this.#begin = begin;
  }

  override read({ offset, max, ...at }: Parameters<MemoryEventLog['read']>[0]): Promise<LogRecord[]> {
    return super.read({ ...at, offset: Math.max(offset, this.#begin), max: Math.min(max, this.#readMax) });
  }
}

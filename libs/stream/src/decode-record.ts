import {
  SCHEMA_VERSION,
  syntaxMistake,
  unsafeJson,
  type ErrorCode,
  type Json,
  type LogRecord,
  type WorkspaceChange,
} from '@waymark/contracts';
import { recordMistakes, type Issue } from './record-mistakes.js';
import type { Decoded } from './topology.js';

/** What a zod schema of a topic's records offers; the processor needs no more of it. */
interface RecordSchema<R> {
  safeParse(
    value: unknown,
  ): { success: true; data: R | WorkspaceChange } | { success: false; error: { issues: readonly Issue[] } };
}

/** Levels of a record's JSON at most: calls have 32, what the platform makes of them wraps them a few times. */
const DEPTH_MAX = 100;
/**
 * Bytes of an event on `events.raw` at most, eight times what HTTP takes: whatever is made of an event stays within what a
 * log takes as one record (1 MB on a Kafka nobody has tuned).
 */
const EVENT_BYTES_MAX = 256 * 1024;

type Invalid = Extract<Decoded<never>, { type: 'invalid' }>;

/** Decodes a record by its topic's schema. Never throws: bytes that are no record become `invalid`, with what is wrong. */
export function decodeRecord<R extends { type: string }>(record: LogRecord, schema: RecordSchema<R>): Decoded<R> {
  const json = jsonOf(record);
  if ('mistake' in json) return json.mistake;
  const unsafe = unsafeJson(json.value, { what: 'the record', depthMax: DEPTH_MAX });
  if (unsafe) return invalid(unsafe.code, unsafe.detail);
  const version = (json.value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version !== SCHEMA_VERSION)
    return invalid(
      'UNKNOWN_SCHEMA_VERSION',
      `schema version ${version} is not known to this program, which knows ${SCHEMA_VERSION}`,
    );
  const parsed = schema.safeParse(json.value);
  if (!parsed.success) return invalid('INVALID_RECORD', recordMistakes(parsed.error.issues));
  if (isWorkspaceChange(parsed.data)) return { type: 'workspace', change: parsed.data };
  return isOversize(record)
    ? invalid('OVERSIZE', `an event may have ${EVENT_BYTES_MAX / 1024} KB`)
    : { type: 'record', record: parsed.data };
}

function jsonOf({ value, encoding }: LogRecord): { value: Json } | { mistake: Invalid } {
  if (encoding !== undefined)
    return { mistake: invalid('INVALID_UTF8', 'the value is not valid UTF-8, as the JSON of a record is') };
  if (value === '') return { mistake: invalid('MALFORMED_JSON', 'the value is empty; a record is JSON') };
  try {
    return { value: JSON.parse(value) as Json };
  } catch (error) {
    return { mistake: invalid('MALFORMED_JSON', `the value is not JSON: ${syntaxMistake(error as Error)}`) };
  }
}

function invalid(code: ErrorCode, detail: string): Invalid {
  return { type: 'invalid', code, detail };
}

/** A character has three bytes at most, half a pair's: most records need not be measured. */
function isOversize({ topic, value }: LogRecord): boolean {
  if (topic !== 'events.raw' || value.length * 3 <= EVENT_BYTES_MAX) return false;
  return Buffer.byteLength(value) > EVENT_BYTES_MAX;
}

function isWorkspaceChange(record: { type: string }): record is WorkspaceChange {
  return record.type === 'workspace';
}

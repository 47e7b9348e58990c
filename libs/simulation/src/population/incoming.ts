import {
  CALL_BYTES_MAX,
  failureKind,
  JSON_DEPTH_MAX,
  sourceIdSchema,
  syntaxMistake,
  unsafeJson,
  WaymarkError,
  type EpochMs,
  type Json,
  type JsonObject,
  type RawEvent,
} from '@waymark/contracts';
import { toRawEvent } from '@waymark/ingestion-service';

/** One call from outside, or why a line is none. */
export type Incoming = { event: RawEvent } | { bad: { line: number; reason: string } };

const SOURCE = sourceIdSchema.parse('simulation');

/**
 * Recorded events, one Segment call a line, as a warehouse has them: `timestamp` (or `originalTimestamp`) is when it happened,
 * by a clock already corrected, so that `sentAt` is not looked at; `receivedAt`, where there is one, is when it came in. Blank lines are passed over.
 */
export async function* recordedCalls(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Incoming> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() !== '') yield incoming(line, () => recorded(text, line));
  }
}

/** Calls that somebody made up, in the order of time. */
export function* madeUpCalls(calls: Iterable<JsonObject>): Generator<Incoming> {
  let line = 0;
  for (const call of calls) {
    line += 1;
    yield { event: rawEvent(call, line) };
  }
}

function incoming(line: number, read: () => RawEvent): Incoming {
  try {
    return { event: read() };
  } catch (error) {
    if (!(error instanceof WaymarkError) || failureKind(error) !== 'invalid') throw error;
    return { bad: { line, reason: error.message } };
  }
}

function recorded(text: string, line: number): RawEvent {
  if (Buffer.byteLength(text) > CALL_BYTES_MAX)
    throw new WaymarkError('OVERSIZE', `a call may have ${CALL_BYTES_MAX / 1024} KB`);
  const body = parsed(text);
  const unsafe = unsafeJson(body, { what: 'the call', depthMax: JSON_DEPTH_MAX });
  if (unsafe) throw new WaymarkError(unsafe.code, unsafe.detail);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new WaymarkError('INVALID_BODY', 'a line is one call: a JSON object');
  return rawEvent(body, line);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new WaymarkError('MALFORMED_JSON', `it is not JSON: ${syntaxMistake(error as Error)}`);
  }
}

/** The numbers of lines stand for the ids of calls that have none. */
function rawEvent({ sentAt: _, ...call }: JsonObject, line: number): RawEvent {
  const timestamp = call['timestamp'] ?? call['originalTimestamp'];
  if (timestamp === undefined || timestamp === null)
    throw new WaymarkError('INVALID_TIMESTAMP', 'it has no timestamp: when did it happen?');
  const receivedAt = momentOf(call['receivedAt']) ?? momentOf(timestamp);
  if (receivedAt === undefined)
    throw new WaymarkError('INVALID_TIMESTAMP', `${JSON.stringify(timestamp)} is no instant`);
  return toRawEvent({ ...call, timestamp }, { source: SOURCE, receivedAt, newMessageId: () => `line-${line}` });
}

function momentOf(value: Json | undefined): EpochMs | undefined {
  const moment = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(moment) ? undefined : moment;
}

import { HEADERS, redriveOf, type LogRecord, type Topic, type WorkspaceChange } from '@waymark/contracts';
import type { Progress } from '@waymark/ports';
import type { Decoded, Located } from './topology.js';

/** A record that cannot be processed, with the reason. */
export interface Refused {
  record: LogRecord;
  code: string;
  detail: string;
}

/** What is to be done with the records of one read, up to and including `nextOffset - 1`. */
export interface Intake<R> {
  records: Located<R>[];
  refused: Refused[];
  /** A workspace change; then `records` and `refused` are empty: it is handled in a batch of its own. */
  workspace?: WorkspaceChange;
  nextOffset: number;
  seen: Progress['seen'];
}

/**
 * Letters whose redriving a partition remembers at most, the newest: a second redriving of one of them is dropped (P6). The
 * names of that many are about 10 KB in the row of the partition's progress.
 */
export const REDRIVES_SEEN_MAX = 500;

/**
 * Whose stamp (P3) a reader goes by: that of the service which writes the topic. `events.raw` is written by others too, who
 * could stamp what they like and so have a service's later outputs dropped; nobody's stamp counts there. It needs none:
 * what the platform writes there are events with message ids that are the same when they are published again (R71), and
 * workspace changes with revisions.
 */
const WRITERS: Readonly<Partial<Record<Topic, RegExp>>> = {
  events: /^ingestion\/\d{1,4}$/,
  interactions: /^journey-state\/\d{1,4}$/,
  actions: /^personalization\/\d{1,4}$/,
};
const SEQUENCE = /^\d{1,15}$/;

/**
 * Takes from the records read what makes one batch: drops what an earlier batch has had (P3: a source republishes its
 * outbox after a crash, so a sequence number not above the highest committed one is a repetition; a letter is redriven
 * once) and ends the batch before a workspace change, which is then taken alone.
 */
export function takeIn<R>(
  read: readonly LogRecord[],
  progress: Progress,
  decode: (record: LogRecord) => Decoded<R>,
): Intake<R> {
  const seen: Record<string, number> = { ...progress.seen };
  const intake: Intake<R> = { records: [], refused: [], nextOffset: progress.nextOffset, seen };
  for (const record of read) {
    if (record.offset < progress.nextOffset) continue;
    if (isRepetition(record, seen)) {
      intake.nextOffset = record.offset + 1;
      continue;
    }
    const decoded = decode(record);
    if (decoded.type === 'workspace') {
      if (intake.records.length + intake.refused.length > 0) return intake;
      intake.workspace = decoded.change;
    }
    if (decoded.type === 'record') {
      const { offset, headers } = record;
      intake.records.push({ record: decoded.record, offset, traceparent: headers[HEADERS.traceparent] });
    }
    if (decoded.type === 'invalid') intake.refused.push({ record, code: decoded.code, detail: decoded.detail });
    intake.nextOffset = record.offset + 1;
    markSeen(record, seen);
    if (intake.workspace) return intake;
  }
  return intake;
}

function isRepetition(record: LogRecord, seen: Readonly<Record<string, number>>): boolean {
  const place = placeInSource(record);
  return place !== undefined && place.sequence <= (seen[place.source] ?? -1);
}

function markSeen(record: LogRecord, seen: Record<string, number>): void {
  const place = placeInSource(record);
  if (!place) return;
  seen[place.source] = place.sequence;
  if (!isRedrive(place.source)) return;
  const redrives = Object.keys(seen).filter(isRedrive);
  for (const oldest of redrives.slice(0, Math.max(0, redrives.length - REDRIVES_SEEN_MAX))) delete seen[oldest];
}

function isRedrive(source: string): boolean {
  return redriveOf(source) !== undefined;
}

/** A record without a place that can be trusted is taken as it comes: it must not make the place of its source's others unknown. */
function placeInSource({ topic, headers }: LogRecord): { source: string; sequence: number } | undefined {
  const source = headers[HEADERS.source];
  const sequence = headers[HEADERS.sequence];
  if (source === undefined || sequence === undefined || !SEQUENCE.test(sequence)) return undefined;
  if (isRedrive(source) || WRITERS[topic]?.test(source) === true) return { source, sequence: Number(sequence) };
  return undefined;
}

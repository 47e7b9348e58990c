import { HEADERS, type LogRecord, type WorkspaceChange } from '@waymark/contracts';
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
 * Takes from the records read what makes one batch: drops what an earlier batch has had (P3: a source republishes its
 * outbox after a crash, so a sequence number not above the highest committed one is a repetition) and ends the batch
 * before a workspace change, which is then taken alone.
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
    if (decoded.type === 'record') intake.records.push({ record: decoded.record, offset: record.offset });
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
  if (place) seen[place.source] = place.sequence;
}

/** A record without a readable place is taken as it comes: it must not make the place of its source's others unknown. */
function placeInSource({ headers }: LogRecord): { source: string; sequence: number } | undefined {
  const source = headers[HEADERS.source];
  const sequence = Number(headers[HEADERS.sequence]);
  return source === undefined || !Number.isInteger(sequence) ? undefined : { source, sequence };
}

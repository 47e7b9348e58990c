/**
 * Has dead letters processed again: appends the record of each to where it came from, as it was, and then a mark to
 * `dead-letters`. However often that is asked for, and wherever it is cut off, a letter has its effect once:
 *
 * - what is marked is not appended again;
 * - what is appended and not yet marked (the process died, Kafka did not answer, two people asked at once) is appended again,
 *   and dropped by its reader: its stamp (P3) is a source of the letter's own, of which only the first record counts
 *   (`takeIn` remembers the newest 500 of a partition; of one request at most `CHUNK` are in doubt at a time).
 *
 * A record that fails again is a new letter, which names the first.
 */
import {
  ERROR_CODES,
  HEADERS,
  instantSchema,
  letterIdSchema,
  redriveSource,
  SCHEMA_VERSION,
  TOPICS,
  WaymarkError,
  type ErrorCode,
  type LetterId,
  type NewRecord,
  type Redriven,
  type Topic,
} from '@waymark/contracts';
import type { Clock, EventLog } from '@waymark/ports';
import { z } from 'zod';
import { idOf, letterRecord, MARK_KEY, placeOf, type LetterRecord } from './letter-record.js';
import type { RedriveMarks } from './redrive-marks.js';

/** Letters appended before they are marked. */
const CHUNK = 100;
/** Letters of one request at most. */
export const REDRIVES_MAX = 1_000;

const codeSchema = z.enum(Object.keys(ERROR_CODES) as ErrorCode[]);

/** What became of one letter. */
export const redriveSchema = z
  .discriminatedUnion('result', [
    z.object({ id: letterIdSchema, result: z.enum(['redriven', 'already']), at: instantSchema }),
    z.object({ id: letterIdSchema, result: z.literal('refused'), code: codeSchema, detail: z.string() }),
  ])
  .meta({ id: 'Redrive' });
export type Redrive = z.infer<typeof redriveSchema>;

interface Ports {
  log: EventLog;
  clock: Clock;
  marks: RedriveMarks;
}

/**
 * Redrives letters, in the order in which they were made, and tells of each what became of it: a letter that cannot be
 * redriven keeps no other from it. Rejects as an append does; asking again goes on where it was cut off.
 */
export async function redrive(ids: readonly LetterId[], ports: Ports): Promise<Redrive[]> {
  const inOrder = [...new Set(ids)].map((id) => ({ id, ...placeOf(id) }));
  inOrder.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  const done: Redrive[] = [];
  for (let i = 0; i < inOrder.length; i += CHUNK)
    done.push(
      ...(await redriveChunk(
        inOrder.slice(i, i + CHUNK).map(({ id }) => id),
        ports,
      )),
    );
  return done;
}

async function redriveChunk(ids: readonly LetterId[], { log, clock, marks }: Ports): Promise<Redrive[]> {
  const redrivenAt = await marks.upToNow();
  const found = await lettersOf(ids, log);
  const now = new Date(clock.now()).toISOString();
  const records: NewRecord[] = [];
  const done = ids.map((id): Redrive => {
    const before = redrivenAt(id);
    if (before !== undefined) return { id, result: 'already', at: before };
    const record = recordAgain(id, found.get(id), log.partitions);
    if (record instanceof WaymarkError) return { id, result: 'refused', code: record.code, detail: record.message };
    records.push(record);
    return { id, result: 'redriven', at: now };
  });
  await log.append(records);
  await log.append(
    marksOf(
      done.filter(({ result }) => result === 'redriven').map(({ id }) => id),
      now,
    ),
  );
  return done;
}

/** The records of ids that are in order: neighbours in one read. */
async function lettersOf(ids: readonly LetterId[], log: EventLog): Promise<Map<LetterId, LetterRecord>> {
  const found = new Map<LetterId, LetterRecord>();
  /** Up to where a partition has been looked at, in the order of the ids. */
  let looked = { partition: -1, below: 0 };
  for (const id of ids) {
    const { partition, offset } = placeOf(id);
    const isSeen = looked.partition === partition && offset < looked.below;
    if (isSeen || partition >= log.partitions) continue;
    const read = await log.read({ topic: 'dead-letters', partition, offset, max: CHUNK });
    for (const record of read) found.set(idOf(record), letterRecord(record));
    looked = { partition, below: (read.at(-1)?.offset ?? offset) + 1 };
  }
  return found;
}

/** The record of a letter, stamped as its redriving; or why there is none. */
function recordAgain(id: LetterId, read: LetterRecord | undefined, partitions: number): NewRecord | WaymarkError {
  if (read === undefined || read.is === 'mark') return new WaymarkError('NOT_FOUND', `there is no dead letter ${id}`);
  if (read.is === 'unreadable') return new WaymarkError('INVALID_RECORD', `${id}: ${read.detail}`);
  const { topic, partition, key, value, encoding, headers } = read.letter;
  if (!isInRing(topic))
    return new WaymarkError('INVALID_RECORD', `${id} came from the topic ${topic}, which nobody reads here`);
  if (partition < 0 || partition >= partitions)
    return new WaymarkError(
      'INVALID_RECORD',
      `${id} came from partition ${partition} of ${topic}, and there are only 0 to ${partitions - 1}`,
    );
  const stamp = { [HEADERS.source]: redriveSource(id), [HEADERS.sequence]: '0' };
  return { topic, partition, key, value, encoding, headers: { ...headers, ...stamp } };
}

function isInRing(topic: string): topic is Topic {
  return topic !== 'dead-letters' && TOPICS.includes(topic as Topic);
}

/** One mark for each partition, behind its letters. */
function marksOf(ids: readonly LetterId[], at: string): NewRecord[] {
  const byPartition = new Map<number, LetterId[]>();
  for (const id of ids) {
    const { partition } = placeOf(id);
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), id]);
  }
  return [...byPartition].map(([partition, letters]) => {
    const mark: Redriven = { schemaVersion: SCHEMA_VERSION, type: 'redriven', letters, at };
    return { topic: 'dead-letters', key: MARK_KEY, partition, value: JSON.stringify(mark) };
  });
}

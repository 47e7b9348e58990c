import { deadLetterSchema, instantSchema, letterIdSchema, WaymarkError, type LetterId } from '@waymark/contracts';
import type { Clock, EventLog } from '@waymark/ports';
import { z } from 'zod';
import { letterRecord, placeOf, type LetterRecord } from './letter-record.js';
import { LettersBackwards } from './letters-backwards.js';
import { redrive, type Redrive } from './redrive.js';
import { RedriveMarks } from './redrive-marks.js';

/** Records that one page may cost, whatever the filter leaves of them (P6). */
const LOOKED_AT_MAX = 5_000;

const { at, service, topic, partition, offset, key, redriveOf } = deadLetterSchema.shape;
const redrivenAt = instantSchema.optional().describe('when it was redriven');

/** A dead letter without what it is about; where it comes from is missing where somebody else has written a record that is none. */
export const letterSummarySchema = z
  .object({ id: letterIdSchema, code: z.string(), detail: z.string() })
  .extend(z.object({ at, service, topic, partition, offset, key }).partial().shape)
  .extend({ redrivenAt, redriveOf: redriveOf.describe('the letter whose record, redriven, became this one') })
  .meta({ id: 'DeadLetterSummary' });
export type LetterSummary = z.infer<typeof letterSummarySchema>;

/** A dead letter with what it is about: the record's key, value and headers as they were. */
export const letterSchema = deadLetterSchema.extend({ id: letterIdSchema, redrivenAt }).meta({ id: 'DeadLetter' });
export type Letter = z.infer<typeof letterSchema>;

export interface LettersQuery {
  service?: string | undefined;
  code?: string | undefined;
  redriven?: boolean | undefined;
  limit: number;
  /** As an earlier page gave it. */
  cursor?: string | undefined;
}

export const lettersPageSchema = z
  .object({
    letters: z.array(letterSummarySchema).describe('may be few, even none, and yet not be the last'),
    cursor: z.string().optional().describe('to go on with; absent when there are no more'),
  })
  .meta({ id: 'DeadLettersPage' });
export type LettersPage = z.infer<typeof lettersPageSchema>;

/** What could not be processed: to find it, to look at it, to have it processed again. */
export class DeadLettersApi {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #marks: RedriveMarks;

  constructor({ log, clock }: { log: EventLog; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
    this.#marks = new RedriveMarks(log);
  }

  /** Letters of all partitions, newest first. */
  async list({ limit, cursor, ...filter }: LettersQuery): Promise<LettersPage> {
    const redrivenAt = await this.#marks.upToNow();
    const partitions = (await this.#begin(cursor)).map(
      (below, partition) => new LettersBackwards(this.#log, { partition, below }),
    );
    const letters: LetterSummary[] = [];
    let isEnd = false;
    for (let looked = 0; looked < LOOKED_AT_MAX && letters.length < limit && !isEnd; looked += 1) {
      const newest = await takeNewest(partitions);
      isEnd = newest === undefined;
      if (newest === undefined || newest.is === 'mark') continue;
      const summary = summaryOf(newest, redrivenAt(newest.id));
      if (isWanted(summary, filter)) letters.push(summary);
    }
    const rest = partitions.map(({ below }) => below);
    return { letters, ...(!isEnd && rest.some((below) => below > 0) && { cursor: rest.join('.') }) };
  }

  /** Rejects with NOT_FOUND, or with INVALID_RECORD for a record that is no dead letter. */
  async letter(id: LetterId): Promise<Letter> {
    const { partition, offset } = placeOf(id);
    const inside = partition < this.#log.partitions;
    const [record] = inside ? await this.#log.read({ topic: 'dead-letters', partition, offset, max: 1 }) : [];
    const read = record?.offset === offset ? letterRecord(record) : undefined;
    if (read === undefined || read.is === 'mark') throw new WaymarkError('NOT_FOUND', `there is no dead letter ${id}`);
    if (read.is === 'unreadable') throw new WaymarkError('INVALID_RECORD', `${id}: ${read.detail}`);
    const redrivenAt = (await this.#marks.upToNow())(id);
    return { id, ...(redrivenAt !== undefined && { redrivenAt }), ...read.letter };
  }

  /** Has letters processed again, each once whatever happens; see `redrive.ts`. */
  redrive(ids: readonly LetterId[]): Promise<Redrive[]> {
    return redrive(ids, { log: this.#log, clock: this.#clock, marks: this.#marks });
  }

  /** Where each partition is read from, backwards. */
  async #begin(cursor: string | undefined): Promise<number[]> {
    const { partitions } = this.#log;
    if (cursor === undefined) {
      const numbers = Array.from({ length: partitions }, (_, partition) => partition);
      return Promise.all(numbers.map((partition) => this.#log.endOffset({ topic: 'dead-letters', partition })));
    }
    const belows = cursor.split('.');
    if (belows.length === partitions && belows.every((below) => /^\d{1,15}$/.test(below))) return belows.map(Number);
    throw new WaymarkError('INVALID_BODY', `the cursor ${cursor.slice(0, 100)} is none that a page has given`);
  }
}

/** The newest record of all partitions; what does not say when it was made goes first. */
async function takeNewest(partitions: readonly LettersBackwards[]): Promise<LetterRecord | undefined> {
  let newest: { record: LetterRecord; at: number; from: LettersBackwards } | undefined;
  for (const from of partitions) {
    const record = await from.newest();
    if (record === undefined) continue;
    const at = momentOf(record);
    if (newest === undefined || at > newest.at) newest = { record, at, from };
  }
  newest?.from.take();
  return newest?.record;
}

function momentOf(record: LetterRecord): number {
  if (record.is === 'unreadable') return Infinity;
  return Date.parse(record.is === 'mark' ? record.mark.at : record.letter.at);
}

function summaryOf(read: Exclude<LetterRecord, { is: 'mark' }>, redrivenAt: string | undefined): LetterSummary {
  const { id } = read;
  if (read.is === 'unreadable') return { id, code: 'INVALID_RECORD', detail: read.detail };
  const { at, service, code, detail, topic, partition, offset, key, redriveOf } = read.letter;
  return {
    id,
    at,
    service,
    code,
    detail,
    topic,
    partition,
    offset,
    key,
    ...(redrivenAt !== undefined && { redrivenAt }),
    ...(redriveOf !== undefined && { redriveOf }),
  };
}

function isWanted(letter: LetterSummary, { service, code, redriven }: Omit<LettersQuery, 'limit' | 'cursor'>): boolean {
  if (service !== undefined && letter.service !== service) return false;
  if (code !== undefined && letter.code !== code) return false;
  return redriven === undefined || redriven === (letter.redrivenAt !== undefined);
}

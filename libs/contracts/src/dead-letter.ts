import { z } from 'zod';
import { instantSchema } from './json.js';
import { SCHEMA_VERSION } from './topics.js';

/** Names a dead letter: the partition and the offset at which it stands on `dead-letters`, as in `2-17`. */
export const letterIdSchema = z.string().regex(/^\d{1,9}-\d{1,15}$/, 'must be a partition and an offset, as in 2-17');
export type LetterId = z.infer<typeof letterIdSchema>;

/** A record nobody could process, on `dead-letters`, with its original bytes, so that it can be redriven. */
export const deadLetterSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** Who could not process it. */
  service: z.string(),
  topic: z.string(),
  partition: z.number().int(),
  offset: z.number().int(),
  key: z.string(),
  value: z.string(),
  /** `base64` when the value is the base64 text of bytes that are not UTF-8. */
  encoding: z.literal('base64').optional(),
  headers: z.record(z.string(), z.string()),
  code: z.string(),
  detail: z.string(),
  at: instantSchema,
  /** The letter whose record, redriven, became this one. */
  redriveOf: letterIdSchema.optional(),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/**
 * Says on `dead-letters` that letters have been redriven: their records are in their topics again. It stands behind them in
 * their own partition, so whatever forgets the topic's oldest records does not forget it before them.
 */
export const redrivenSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  type: z.literal('redriven'),
  letters: z.array(letterIdSchema).min(1),
  at: instantSchema,
});
export type Redriven = z.infer<typeof redrivenSchema>;

/** What may stand on `dead-letters`. */
export const deadLettersRecordSchema = z.union([redrivenSchema, deadLetterSchema]);

const REDRIVE_SOURCE = /^redrive\/(\d{1,9}-\d{1,15})$/;

/** The source (P3) of a letter's record when it is redriven: one source a letter, with the one sequence number 0. */
export function redriveSource(letter: LetterId): string {
  return `redrive/${letter}`;
}

/** The letter of a redriven record, by its source; undefined for all other records. */
export function redriveOf(source: string | undefined): LetterId | undefined {
  return source === undefined ? undefined : REDRIVE_SOURCE.exec(source)?.[1];
}

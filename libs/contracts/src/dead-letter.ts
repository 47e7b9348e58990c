import { z } from 'zod';
import { instantSchema } from './json.js';
import { SCHEMA_VERSION } from './topics.js';

/** A record nobody could process, on `dead-letters`, with its original bytes, so that it can be redriven. */
export const deadLetterSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  service: z.string(),
  topic: z.string(),
  partition: z.number().int(),
  offset: z.number().int(),
  key: z.string(),
  value: z.string(),
  headers: z.record(z.string(), z.string()),
  code: z.string(),
  detail: z.string(),
  at: instantSchema,
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

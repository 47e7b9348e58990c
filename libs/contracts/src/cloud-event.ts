import { z } from 'zod';
import { plainText } from './ids.js';
import { instantSchema, jsonObjectSchema } from './json.js';

/** A URI is hardly longer, and a message id is made of it. */
const SOURCE_CHARS_MAX = 2_000;

/**
 * CloudEvents 1.0 in JSON. `type` becomes the event's name, `subject` the user's id, `source` and `id` together the
 * message id, `data` the properties, `time` the timestamp.
 */
export const cloudEventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: plainText(100),
  source: plainText(SOURCE_CHARS_MAX),
  type: plainText(200),
  subject: plainText(200),
  time: instantSchema.optional(),
  datacontenttype: z.string().optional(),
  data: jsonObjectSchema.default({}),
});
export type CloudEvent = z.infer<typeof cloudEventSchema>;

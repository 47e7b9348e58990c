import { z } from 'zod';
import { instantSchema, jsonObjectSchema } from './json.js';

/**
 * CloudEvents 1.0 in JSON. `type` becomes the event's name, `subject` the user's id, `id` the message id, `data` the
 * properties, `time` the timestamp.
 */
export const cloudEventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(100),
  source: z.string().min(1),
  type: z.string().min(1).max(200),
  subject: z.string().min(1).max(200),
  time: instantSchema.optional(),
  datacontenttype: z.string().optional(),
  data: jsonObjectSchema.default({}),
});
export type CloudEvent = z.infer<typeof cloudEventSchema>;

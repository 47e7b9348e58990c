import { z } from 'zod';
import { messageIdSchema, plainText } from './ids.js';
import { instantSchema, jsonObjectSchema } from './json.js';

/** R70: limits of Segment's HTTP API. */
export const CALL_BYTES_MAX = 32 * 1024;
export const BATCH_BYTES_MAX = 500 * 1024;
/** Deeper JSON is refused before it is looked at. */
export const JSON_DEPTH_MAX = 32;

const id = z
  .union([plainText(200), z.number().transform(String)])
  .nullish()
  .transform((v) => v ?? undefined);
const object = jsonObjectSchema.nullish().transform((v) => v ?? {});

const base = {
  userId: id,
  anonymousId: id,
  messageId: messageIdSchema.optional(),
  timestamp: instantSchema.optional(),
  sentAt: instantSchema.optional(),
  context: object,
  integrations: z.unknown().optional(),
};

/** The calls of Segment's spec; unknown keys are ignored, as Segment does. */
export const segmentCallSchema = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('identify'), traits: object }),
  z.object({ ...base, type: z.literal('track'), event: plainText(200), properties: object }),
  z.object({
    ...base,
    type: z.literal('page'),
    name: z.string().max(200).nullish(),
    category: z.string().max(200).nullish(),
    properties: object,
  }),
  z.object({
    ...base,
    type: z.literal('screen'),
    name: z.string().max(200).nullish(),
    category: z.string().max(200).nullish(),
    properties: object,
  }),
  z.object({
    ...base,
    type: z.literal('group'),
    groupId: z.union([plainText(200), z.number().transform(String)]),
    traits: object,
  }),
  z.object({ ...base, type: z.literal('alias'), previousId: plainText(200) }),
]);
export type SegmentCall = z.infer<typeof segmentCallSchema>;

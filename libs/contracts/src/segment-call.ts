import { z } from 'zod';
import { messageIdSchema, plainText } from './ids.js';
import { instantSchema, jsonObjectSchema } from './json.js';

/** R70: limits of Segment's HTTP API. */
export const CALL_BYTES_MAX = 32 * 1024;
export const BATCH_BYTES_MAX = 500 * 1024;
/** More calls in a batch than anybody's client sends. */
export const BATCH_CALLS_MAX = 2_500;
/** Deeper JSON is refused before it is looked at. */
export const JSON_DEPTH_MAX = 32;

const givenId = z.union([plainText(200), z.number().transform(String)]);
const object = jsonObjectSchema.nullish().transform((v) => v ?? {});

/** Clients write null for what they do not know. */
const unlessNull = <T extends z.ZodType>(schema: T): z.ZodType<z.output<T> | undefined> =>
  schema.nullish().transform((value) => value ?? undefined);

const base = {
  userId: unlessNull(givenId),
  anonymousId: unlessNull(givenId),
  messageId: unlessNull(messageIdSchema),
  timestamp: unlessNull(instantSchema),
  sentAt: unlessNull(instantSchema),
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
    groupId: givenId,
    traits: object,
  }),
  z.object({ ...base, type: z.literal('alias'), previousId: givenId }),
]);
export type SegmentCall = z.infer<typeof segmentCallSchema>;

import { z } from 'zod';
import { causeSchema } from './cause.js';
import { contentSchema } from './definitions/content.js';
import { durationSchema, messageClassSchema } from './definitions/parts.js';
import { actionIdSchema, customerIdSchema, decisionIdSchema, plainText } from './ids.js';
import { instantSchema, jsonObjectSchema } from './json.js';
import { workspaceChangeSchema } from './raw-event.js';
import { SCHEMA_VERSION } from './topics.js';

/** An event as conditions and templates see it. */
export const seenEventSchema = z.object({
  name: z.string(),
  properties: jsonObjectSchema,
  messageId: z.string(),
  timestamp: instantSchema,
});
export type SeenEvent = z.infer<typeof seenEventSchema>;

/** What a step left behind for later conditions and templates (`steps.<id>`). */
export const stepMemorySchema = z.object({
  /** When the step was entered. */
  at: instantSchema,
  variant: z.string().optional(),
  /** The id of the option or branch taken. */
  matched: z.string().optional(),
  event: seenEventSchema.optional(),
  decision: z.string().optional(),
  offer: z.string().optional(),
  /** What the offer was made as, after the customer's agency. */
  strategy: z.string().optional(),
  response: z.string().optional(),
  outcome: z.string().optional(),
  /** When the step's message was handed over, and when it was delivered. */
  dispatchedAt: instantSchema.optional(),
  deliveredAt: instantSchema.optional(),
});
export type StepMemory = z.infer<typeof stepMemorySchema>;

const base = {
  schemaVersion: z.literal(SCHEMA_VERSION),
  customerId: customerIdSchema,
  requestedAt: instantSchema,
  /** When the event that asked for it came in at the edge; absent where a timer asked. */
  receivedAt: instantSchema.optional(),
  contextVersion: z.number().int().nonnegative(),
};

/** What journey and step say of how a message is treated. */
const treatment = {
  class: messageClassSchema,
  categories: z.array(z.string()),
  priority: z.number(),
  /** ISO 8601 duration after `requestedAt`; what is not handed over by then is suppressed with reason TTL. */
  ttl: durationSchema.optional(),
};

/** Frozen data for conditions and templates (R60). */
const scope = {
  entry: seenEventSchema.optional(),
  event: seenEventSchema.optional(),
  steps: z.record(z.string(), stepMemorySchema),
};

/** `act`: render this content for this channel. */
export const actInteractionSchema = z.object({
  ...base,
  ...treatment,
  ...scope,
  type: z.literal('act'),
  actionId: actionIdSchema,
  cause: causeSchema,
  channel: plainText(300),
  template: z.string().optional(),
  content: contentSchema.optional(),
  data: jsonObjectSchema.default({}),
});
export type ActInteraction = z.infer<typeof actInteractionSchema>;

/** `decide`: choose the next best action for this slot. */
export const decideInteractionSchema = z.object({
  ...base,
  ...treatment,
  ...scope,
  type: z.literal('decide'),
  actionId: actionIdSchema,
  cause: causeSchema,
  slot: z.string(),
  offers: z.object({ ids: z.array(z.string()).optional(), categories: z.array(z.string()).optional() }),
  top: z.number().int().min(1).default(1),
  /** Share of exploration, 0 to 1. */
  explore: z.number().min(0).max(1).default(0),
});
export type DecideInteraction = z.infer<typeof decideInteractionSchema>;

/** Whatever an instance had queued and not handed over is cancelled: it ended (R15), or has another customer again (R61). */
export const cancelInteractionSchema = z.object({
  ...base,
  type: z.literal('cancel'),
  actionId: actionIdSchema,
  cause: causeSchema,
  /** Why, in words; its journey ended where nothing is said. */
  because: z.string().optional(),
});
export type CancelInteraction = z.infer<typeof cancelInteractionSchema>;

/** An automatic act was undone in time: its compensation is to be delivered, once (`automate.compensate`). */
export const compensateInteractionSchema = z.object({
  ...base,
  type: z.literal('compensate'),
  actionId: actionIdSchema,
  cause: causeSchema,
  offerId: plainText(300),
  decisionId: decisionIdSchema,
});
export type CompensateInteraction = z.infer<typeof compensateInteractionSchema>;

export const interactionSchema = z.discriminatedUnion('type', [
  actInteractionSchema,
  decideInteractionSchema,
  cancelInteractionSchema,
  compensateInteractionSchema,
]);
export type Interaction = z.infer<typeof interactionSchema>;

export const interactionRecordSchema = z.union([interactionSchema, workspaceChangeSchema]);
export type InteractionRecord = z.infer<typeof interactionRecordSchema>;

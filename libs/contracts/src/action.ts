import { z } from 'zod';
import { causeSchema } from './cause.js';
import { messageClassSchema, strategySchema } from './definitions/parts.js';
import { actionIdSchema, customerIdSchema, messageIdSchema, plainText } from './ids.js';
import { instantSchema, jsonObjectSchema } from './json.js';
import { workspaceChangeSchema } from './raw-event.js';
import { SCHEMA_VERSION } from './topics.js';

/** Content after Liquid and MJML, ready for a provider. */
export const renderedContentSchema = z.object({
  subject: z.string().optional(),
  html: z.string().optional(),
  text: z.string().optional(),
  body: z.string().optional(),
  /** The webhook's body. */
  json: z.json().optional(),
});
export type RenderedContent = z.infer<typeof renderedContentSchema>;

/** One message to hand over, on `actions`, keyed by customer id. */
export const deliverActionSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  type: z.literal('deliver'),
  /** Also the idempotency key sent to the provider (R42). */
  actionId: actionIdSchema,
  customerId: customerIdSchema,
  channel: plainText(300),
  class: messageClassSchema,
  categories: z.array(z.string()),
  priority: z.number(),
  content: renderedContentSchema,
  /** SHA-256 of the rendered content and the version of the template it came from (R60). */
  contentHash: z.string(),
  templateVersion: z.string().optional(),
  requestedAt: instantSchema,
  /** When the event that asked for it came in at the edge; absent where a timer asked. */
  receivedAt: instantSchema.optional(),
  expiresAt: instantSchema.optional(),
  contextVersion: z.number().int().nonnegative(),
  cause: causeSchema,
  /** Copied to the outcome event, for `steps.<id>` and reports. */
  offer: z.object({ id: z.string(), strategy: strategySchema, value: z.number() }).optional(),
});
export type DeliverAction = z.infer<typeof deliverActionSchema>;

/** Do not hand over the action if that has not happened yet (R15, R16). */
export const cancelActionSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  type: z.literal('cancel'),
  actionId: actionIdSchema,
  customerId: customerIdSchema,
  requestedAt: instantSchema,
  cause: causeSchema,
  /** Why, in words; its journey ended where nothing is said. */
  because: z.string().optional(),
});
export type CancelAction = z.infer<typeof cancelActionSchema>;

/**
 * Nothing to hand over, but something to tell: personalization's answer to the journey. It travels behind the customer's
 * other actions and becomes an event on `events.raw`, so that the journey hears everything in order.
 */
export const reportActionSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  type: z.literal('report'),
  customerId: customerIdSchema,
  messageId: messageIdSchema,
  event: plainText(200),
  properties: jsonObjectSchema,
  requestedAt: instantSchema,
  cause: causeSchema,
});
export type ReportAction = z.infer<typeof reportActionSchema>;

export const actionSchema = z.discriminatedUnion('type', [deliverActionSchema, cancelActionSchema, reportActionSchema]);
export type Action = z.infer<typeof actionSchema>;

export const actionRecordSchema = z.union([actionSchema, workspaceChangeSchema]);
export type ActionRecord = z.infer<typeof actionRecordSchema>;

import { z } from 'zod';
import { causeSchema } from './cause.js';
import { customerIdSchema, messageIdSchema, sourceIdSchema } from './ids.js';
import { instantSchema, jsonObjectSchema } from './json.js';
import { EVENT_TYPES, workspaceChangeSchema } from './raw-event.js';
import { SCHEMA_VERSION } from './topics.js';

/**
 * One event of one known customer on `events`, keyed by customer id: deduplicated, identity resolved, already folded
 * into her context, whose version after it is `contextVersion` (R4).
 */
export const customerEventSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  type: z.enum(EVENT_TYPES),
  messageId: messageIdSchema,
  source: sourceIdSchema,
  customerId: customerIdSchema,
  /** What conditions match: the track event's name, `Page Viewed`, `Screen Viewed`; `identify`, `group`, `alias` calls carry their type in Title Case (`Identify`). */
  name: z.string(),
  properties: jsonObjectSchema,
  traits: jsonObjectSchema.default({}),
  timestamp: instantSchema,
  receivedAt: instantSchema,
  contextVersion: z.number().int().nonnegative(),
  cause: causeSchema.optional(),
});
export type CustomerEvent = z.infer<typeof customerEventSchema>;

export const eventRecordSchema = z.union([customerEventSchema, workspaceChangeSchema]);
export type EventRecord = CustomerEvent | WorkspaceChangeRecord;
type WorkspaceChangeRecord = z.infer<typeof workspaceChangeSchema>;

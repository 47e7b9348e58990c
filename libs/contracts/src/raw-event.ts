import { z } from 'zod';
import { customerIdSchema, messageIdSchema, plainText, sourceIdSchema } from './ids.js';
import { instantSchema, jsonObjectSchema } from './json.js';
import { causeSchema } from './cause.js';
import { resourceChangeSchema } from './resource-change.js';
import { SCHEMA_VERSION } from './topics.js';

export const EVENT_TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * One accepted call on `events.raw`, keyed by the id its sender used. Segment's fields, times already corrected (R72).
 * `customerId` and `cause` are set only by the platform itself, on outcomes and emitted events.
 */
export const rawEventSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  type: z.enum(EVENT_TYPES),
  messageId: messageIdSchema,
  source: sourceIdSchema,
  userId: plainText(200).optional(),
  anonymousId: plainText(200).optional(),
  /** alias: the id that becomes part of `userId`. */
  previousId: plainText(200).optional(),
  groupId: plainText(200).optional(),
  customerId: customerIdSchema.optional(),
  /** The event's name; `Page Viewed` and `Screen Viewed` for page and screen calls; absent on identify, group and alias. */
  event: plainText(200).optional(),
  properties: jsonObjectSchema.default({}),
  traits: jsonObjectSchema.default({}),
  context: jsonObjectSchema.default({}),
  timestamp: instantSchema,
  receivedAt: instantSchema,
  cause: causeSchema.optional(),
});
export type RawEvent = z.infer<typeof rawEventSchema>;

/**
 * A change of the workspace, which travels the ring like any other record so that every service applies it at a
 * position of its log and not at a moment of its clock (R21). Enters in every partition of `events.raw`; each service
 * passes it on to the same partition of its own output. Applied once: a revision not above the active one is skipped.
 */
export const workspaceChangeSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  type: z.literal('workspace'),
  /** Rises by one with every apply. */
  revision: z.number().int().positive(),
  changes: z.array(resourceChangeSchema),
  appliedAt: instantSchema,
});
export type WorkspaceChange = z.infer<typeof workspaceChangeSchema>;

export const rawRecordSchema = z.discriminatedUnion('type', [
  workspaceChangeSchema,
  ...EVENT_TYPES.map((type) => rawEventSchema.extend({ type: z.literal(type) })),
]);
export type RawRecord = RawEvent | WorkspaceChange;

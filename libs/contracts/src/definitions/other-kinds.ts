import { z } from 'zod';
import { contentKeys } from './content.js';
import { conditionSchema, descriptive, resourceIdSchema } from './parts.js';

/** JSON Schema of an object, as the user wrote it; it is compiled by whoever checks data against it. */
export const objectSchemaSchema = z.record(z.string(), z.json());

/** R73: the schema of an event, by its name. */
export const eventSchemaSchema = z.strictObject({
  kind: z.literal('event'),
  id: resourceIdSchema,
  name: z.string().min(1),
  ...descriptive,
  onViolation: z.enum(['allow', 'omit', 'block']).default('allow'),
  properties: objectSchemaSchema,
});
export type EventSchema = z.infer<typeof eventSchemaSchema>;

/** At most one; what traits are and of what type. */
export const profileSchema = z.strictObject({
  kind: z.literal('profile'),
  id: resourceIdSchema,
  ...descriptive,
  traits: objectSchemaSchema,
});
export type Profile = z.infer<typeof profileSchema>;

/** Customers for whom a condition on their context holds; they enter and leave it as it begins and ceases to. */
export const segmentSchema = z.strictObject({
  kind: z.literal('segment'),
  id: resourceIdSchema,
  name: z.string().optional(),
  ...descriptive,
  if: conditionSchema,
});
export type Segment = z.infer<typeof segmentSchema>;

export const templateSchema = z.strictObject({
  kind: z.literal('template'),
  id: resourceIdSchema,
  name: z.string().optional(),
  ...descriptive,
  channel: resourceIdSchema,
  ...contentKeys,
});
export type Template = z.infer<typeof templateSchema>;

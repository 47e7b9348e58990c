import { z } from 'zod';
import { descriptive, durationSchema, localTimeSchema, resourceIdSchema, weekdaySchema, zoneSchema } from './parts.js';

/** R29. `from` is included, `to` is not; a window belongs to the day it begins and may cross midnight. */
export const quietHoursSchema = z.strictObject({
  zone: zoneSchema.default('customer'),
  onMissingZone: z.union([z.enum(['send', 'drop']), z.strictObject({ fixed: z.string() })]).default('send'),
  windows: z
    .array(z.strictObject({ days: z.array(weekdaySchema).min(1), from: localTimeSchema, to: localTimeSchema }))
    .min(1),
  onClosed: z.union([z.literal('drop'), z.strictObject({ queue: durationSchema })]).default({ queue: 'P1D' }),
});
export type QuietHours = z.infer<typeof quietHoursSchema>;

/** R34. */
export const capSchema = z.strictObject({
  id: resourceIdSchema,
  scope: z.union([
    z.literal('global'),
    z.strictObject({ channel: resourceIdSchema }),
    z.strictObject({ category: resourceIdSchema }),
    z.strictObject({ journey: resourceIdSchema }),
  ]),
  limit: z.number().int().nonnegative(),
  window: z.union([
    z.strictObject({ rolling: durationSchema }),
    z.strictObject({ calendar: z.enum(['day', 'week', 'month']), zone: zoneSchema.default('customer') }),
  ]),
});
export type Cap = z.infer<typeof capSchema>;

export const contactPolicySchema = z.strictObject({
  kind: z.literal('contact-policy'),
  id: resourceIdSchema,
  name: z.string().optional(),
  ...descriptive,
  quietHours: quietHoursSchema.optional(),
  /** R32: what a window held back is spread over this long. */
  release: z.strictObject({ spread: durationSchema.default('PT10M') }).default({ spread: 'PT10M' }),
  /** R38: the first day of a calendar week. */
  weekStart: weekdaySchema.default('mon'),
  caps: z.array(capSchema).default([]),
});
export type ContactPolicy = z.infer<typeof contactPolicySchema>;

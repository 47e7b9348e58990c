import { z } from 'zod';
import { conditionSchema, descriptive, durationSchema, resourceIdSchema, strategySchema } from './parts.js';

export const offerSchema = z.strictObject({
  kind: z.literal('offer'),
  id: resourceIdSchema,
  name: z.string().optional(),
  ...descriptive,
  category: resourceIdSchema,
  strategy: strategySchema,
  /** Business value of one acceptance, in the workspace's currency. */
  value: z.number(),
  lever: z.number().nonnegative().default(1),
  priority: z.number().default(0),
  /** Beta prior of the propensity to accept. */
  prior: z
    .strictObject({ accepts: z.number().positive(), declines: z.number().positive() })
    .default({ accepts: 1, declines: 1 }),
  eligible: conditionSchema.optional(),
  applicable: conditionSchema.optional(),
  suitable: conditionSchema.optional(),
  channels: z.array(z.strictObject({ channel: resourceIdSchema, template: resourceIdSchema })).min(1),
  limits: z
    .strictObject({
      perCustomer: z.strictObject({ limit: z.number().int().positive(), window: durationSchema }).optional(),
    })
    .optional(),
  valid: z
    .strictObject({
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
    })
    .optional(),
  automate: z
    .strictObject({
      /** An act worth more than this is not done for her but coached. */
      maxValue: z.number().nonnegative().optional(),
      undo: durationSchema,
      /** What takes the act back outside; without it an undo is only told to the journey. */
      compensate: z.strictObject({ channel: resourceIdSchema, template: resourceIdSchema }).optional(),
    })
    .optional(),
});
export type Offer = z.infer<typeof offerSchema>;

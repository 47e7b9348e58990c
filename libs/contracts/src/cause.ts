import { z } from 'zod';
import { actionIdSchema, decisionIdSchema, instanceIdSchema } from './ids.js';

/** What made the platform act: carried by interactions, actions and outcomes, so that every message can be explained. */
export const causeSchema = z.object({
  actionId: actionIdSchema.optional(),
  instanceId: instanceIdSchema.optional(),
  journeyId: z.string().optional(),
  stepId: z.string().optional(),
  /** How often the instance had entered the step, from 1. */
  visit: z.number().int().positive().optional(),
  decisionId: decisionIdSchema.optional(),
  offerId: z.string().optional(),
});
export type Cause = z.infer<typeof causeSchema>;

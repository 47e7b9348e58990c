import { z } from 'zod';
import { actionIdSchema, decisionIdSchema, instanceIdSchema, plainText } from './ids.js';

/** What made the platform act: carried by interactions, actions and outcomes, so that every message can be explained. */
export const causeSchema = z.object({
  actionId: actionIdSchema.optional(),
  instanceId: instanceIdSchema.optional(),
  journeyId: plainText(300).optional(),
  stepId: plainText(300).optional(),
  /** How often the instance had entered the step, from 1. */
  visit: z.number().int().positive().optional(),
  decisionId: decisionIdSchema.optional(),
  offerId: plainText(300).optional(),
});
export type Cause = z.infer<typeof causeSchema>;

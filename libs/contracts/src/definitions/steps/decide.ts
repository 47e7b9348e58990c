import { z } from 'zod';
import { resourceIdSchema } from '../parts.js';
import { namesAt, unlessGiven, waysAt, type StepOutline } from './step-outline.js';
import { described, stepIdSchema, treatment, withoutMessage } from './step-parts.js';

/** A slot: personalization chooses the next best action among the offers. */
export const decideStepSchema = z.strictObject({
  kind: z.literal('decide'),
  ...described,
  slot: resourceIdSchema,
  offers: z.strictObject({
    ids: z.array(resourceIdSchema).min(1).optional(),
    categories: z.array(resourceIdSchema).min(1).optional(),
  }),
  top: z.number().int().min(1).max(10).optional(),
  explore: z.number().min(0).max(1).optional(),
  ...treatment,
  next: stepIdSchema,
  ...withoutMessage,
  none: stepIdSchema.optional(),
});
export type DecideStep = z.infer<typeof decideStepSchema>;

export function decideOutline({ offers, next, suppressed, failed, none }: DecideStep): StepOutline {
  return {
    ways: waysAt({ next, suppressed, failed, none }),
    asksForMessage: true,
    offers: namesAt(['offers', 'ids'], offers.ids),
    categories: namesAt(['offers', 'categories'], offers.categories),
    problem: unlessGiven(offers, ['ids', 'categories'], '"offers" needs "ids" or "categories"'),
  };
}

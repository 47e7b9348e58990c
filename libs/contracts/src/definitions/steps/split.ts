import { z } from 'zod';
import { resourceIdSchema } from '../parts.js';
import { idsOf, type StepOutline } from './step-outline.js';
import { described, stepIdSchema } from './step-parts.js';

/** R46, R47: weights are positive and relative. */
export const splitStepSchema = z.strictObject({
  kind: z.literal('split'),
  ...described,
  seed: z.string().min(1),
  variants: z.array(z.strictObject({ id: resourceIdSchema, weight: z.number().positive(), next: stepIdSchema })).min(2),
});
export type SplitStep = z.infer<typeof splitStepSchema>;

export function splitOutline({ variants }: SplitStep): StepOutline {
  return {
    ways: variants.map(({ id, next }, i) => ({ path: ['variants', i, 'next'], name: next, choice: id })),
    lists: [{ path: ['variants'], what: 'a variant', ids: idsOf(variants) }],
  };
}

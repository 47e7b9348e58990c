import { z } from 'zod';
import { conditionSchema, resourceIdSchema } from '../parts.js';
import { expressionsAt, namedAt, waysAt, type StepOutline } from './step-outline.js';
import { described, stepIdSchema } from './step-parts.js';

/** Enters another journey; with `wait` the instance stays until that instance ends. */
export const callStepSchema = z.strictObject({
  kind: z.literal('call'),
  ...described,
  journey: resourceIdSchema,
  /** What the instance called knows as `entry.properties`. */
  data: z.record(z.string(), conditionSchema).optional(),
  wait: z.boolean().default(false),
  next: stepIdSchema,
});
export type CallStep = z.infer<typeof callStepSchema>;

export function callOutline({ journey, data, next }: CallStep): StepOutline {
  return {
    ways: waysAt({ next }),
    conditions: expressionsAt(['data'], data),
    calls: namedAt(['journey'], journey),
  };
}

import { z } from 'zod';
import { contentSchema } from '../content.js';
import { conditionSchema, resourceIdSchema } from '../parts.js';
import { expressionsAt, waysAt, type StepOutline, type StepProblem } from './step-outline.js';
import { described, stepIdSchema, treatment, withoutMessage } from './step-parts.js';

/** One named message; waits until it is handed over, suppressed or failed. Exactly one of `template` and `content`. */
export const actStepSchema = z.strictObject({
  kind: z.literal('act'),
  ...described,
  channel: resourceIdSchema,
  template: resourceIdSchema.optional(),
  content: contentSchema.optional(),
  data: z.record(z.string(), conditionSchema).optional(),
  ...treatment,
  next: stepIdSchema,
  ...withoutMessage,
});
export type ActStep = z.infer<typeof actStepSchema>;

export function actOutline({ channel, template, content, data, next, suppressed, failed }: ActStep): StepOutline {
  return {
    ways: waysAt({ next, suppressed, failed }),
    conditions: expressionsAt(['data'], data),
    asksForMessage: true,
    message: { channel, template, content },
    problem: (template === undefined) === (content === undefined) ? NEITHER_OR_BOTH : undefined,
  };
}

const NEITHER_OR_BOTH: StepProblem = {
  code: 'INVALID_VALUE',
  message: 'an act has either "template" or "content"',
};

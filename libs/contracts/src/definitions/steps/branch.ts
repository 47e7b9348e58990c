import { z } from 'zod';
import { conditionSchema, resourceIdSchema } from '../parts.js';
import { idsOf, type StepOutline, type StepWay } from './step-outline.js';
import { described, stepIdSchema } from './step-parts.js';

/** R13. */
export const branchStepSchema = z.strictObject({
  kind: z.literal('branch'),
  ...described,
  when: z.array(z.strictObject({ id: resourceIdSchema, if: conditionSchema, next: stepIdSchema })).min(1),
  default: stepIdSchema,
});
export type BranchStep = z.infer<typeof branchStepSchema>;

export function branchOutline({ when, default: otherwise }: BranchStep): StepOutline {
  const ways: StepWay[] = when.map(({ id, next }, i) => ({ path: ['when', i, 'next'], name: next, choice: id }));
  return {
    ways: [...ways, { path: ['default'], name: otherwise, choice: 'default' }],
    conditions: when.map(({ if: source }, i) => ({ path: ['when', i, 'if'], source })),
    lists: [{ path: ['when'], what: 'a branch', ids: idsOf(when) }],
  };
}

import { z } from 'zod';
import type { StepOutline } from './step-outline.js';
import { described } from './step-parts.js';

/** Ends the instance as a success; counts as a conversion (R18). */
export const goalStepSchema = z.strictObject({ kind: z.literal('goal'), ...described, reason: z.string().optional() });
export type GoalStep = z.infer<typeof goalStepSchema>;

/** Ends the instance. */
export const exitStepSchema = z.strictObject({ kind: z.literal('exit'), ...described, reason: z.string().optional() });
export type ExitStep = z.infer<typeof exitStepSchema>;

export function endOutline(): StepOutline {
  return { ways: [] };
}

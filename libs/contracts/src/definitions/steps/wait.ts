import { z } from 'zod';
import { durationSchema } from '../parts.js';
import { namedAt, unlessGiven, waysAt, type StepOutline, type StepProblem } from './step-outline.js';
import { clockTime, described, stepIdSchema } from './step-parts.js';

/** A duration after a date, or with `-` before it. */
const offsetSchema = z
  .string()
  .refine(
    (text) => durationSchema.safeParse(text.replace(/^-/, '')).success,
    'an offset is a duration such as P1D, or -P3D for before',
  );

/** From when a wait counts: a moment of an earlier `act` or `decide` step; `delivered` that never comes is taken for `orAfter` after the hand-over. */
export const waitAnchorSchema = z.strictObject({
  step: stepIdSchema,
  at: z.enum(['scheduled', 'dispatched', 'delivered']),
  orAfter: durationSchema.default('P1D'),
});
export type WaitAnchor = z.infer<typeof waitAnchorSchema>;

/** R6, R9, R11. Exactly one of `for` and `until`, or only clock times; counted from the step's start, or from an anchor. */
export const waitStepSchema = z.strictObject({
  kind: z.literal('wait'),
  ...described,
  for: durationSchema.optional(),
  until: z
    .union([z.iso.datetime({ offset: true }), z.strictObject({ trait: z.string(), offset: offsetSchema.optional() })])
    .optional(),
  ...clockTime,
  whenPast: z.enum(['continueNow', 'nextOccurrence', 'exit']).default('continueNow'),
  from: waitAnchorSchema.optional(),
  next: stepIdSchema,
});
export type WaitStep = z.infer<typeof waitStepSchema>;

export function waitOutline(step: WaitStep): StepOutline {
  return {
    ways: waysAt({ next: step.next }),
    zones: namedAt(['zone'], step.zone),
    anchors: namedAt(['from', 'step'], step.from?.step),
    problem: problemOf(step),
  };
}

function problemOf(step: WaitStep): StepProblem | undefined {
  const other = (['for', 'from'] as const).find((key) => step[key] !== undefined);
  if (other !== undefined && step.until !== undefined)
    return { code: 'INVALID_VALUE', message: `a wait has "${other}" or "until", not both` };
  const keys = ['for', 'until', 'at', 'weekdays', 'from'] as const;
  return unlessGiven(step, keys, 'a wait needs "for", "until", "at", "weekdays" or "from"');
}

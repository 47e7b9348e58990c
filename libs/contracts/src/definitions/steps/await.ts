import { z } from 'zod';
import { conditionSchema, durationSchema, resourceIdSchema } from '../parts.js';
import { idsOf, namedAt, unlessGiven, type StepOutline, type StepWay } from './step-outline.js';
import { clockTime, described, stepIdSchema } from './step-parts.js';

const awaitedEventSchema = z.strictObject({
  id: resourceIdSchema,
  event: z.string(),
  where: conditionSchema.optional(),
  next: stepIdSchema,
});
const awaitedConditionSchema = z.strictObject({ id: resourceIdSchema, if: conditionSchema, next: stepIdSchema });

/** R7, R8. */
export const awaitStepSchema = z.strictObject({
  kind: z.literal('await'),
  ...described,
  any: z.array(z.union([awaitedEventSchema, awaitedConditionSchema])).min(1),
  timeout: z.strictObject({ after: durationSchema.optional(), ...clockTime, next: stepIdSchema }).optional(),
  /** How far back events count that came before the instance was here. */
  lookBack: durationSchema.optional(),
});
export type AwaitStep = z.infer<typeof awaitStepSchema>;

export function awaitOutline({ any, timeout }: AwaitStep): StepOutline {
  const ways: StepWay[] = any.map(({ id, next }, i) => ({ path: ['any', i, 'next'], name: next, choice: id }));
  if (timeout) ways.push({ path: ['timeout', 'next'], name: timeout.next, choice: 'timeout' });
  return {
    ways,
    conditions: any.map((option, i) =>
      'if' in option
        ? { path: ['any', i, 'if'], source: option.if }
        : { path: ['any', i, 'where'], source: option.where, event: option.event },
    ),
    awaits: any.flatMap((option) => ('event' in option ? [option.event] : [])),
    waitsForever: timeout === undefined,
    lists: [{ path: ['any'], what: 'an option', ids: idsOf(any) }],
    zones: namedAt(['timeout', 'zone'], timeout?.zone),
    problem: timeout && unlessGiven(timeout, ['after', 'at'], 'its timeout needs "after" or "at"'),
  };
}

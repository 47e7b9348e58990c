import { z } from 'zod';
import { conditionSchema } from '../parts.js';
import { expressionsAt, unlessGiven, waysAt, type StepOutline } from './step-outline.js';
import { described, stepIdSchema } from './step-parts.js';

/** Sets traits, adds to counters, emits an event; visible to the instance at once, to others when ingestion has folded it. */
export const updateStepSchema = z.strictObject({
  kind: z.literal('update'),
  ...described,
  set: z.record(z.string(), conditionSchema).optional(),
  add: z.record(z.string(), conditionSchema).optional(),
  emit: z.strictObject({ event: z.string(), properties: z.record(z.string(), conditionSchema).optional() }).optional(),
  next: stepIdSchema,
});
export type UpdateStep = z.infer<typeof updateStepSchema>;

export function updateOutline(step: UpdateStep): StepOutline {
  return {
    ways: waysAt({ next: step.next }),
    conditions: [
      ...expressionsAt(['set'], step.set),
      ...expressionsAt(['add'], step.add),
      ...expressionsAt(['emit', 'properties'], step.emit?.properties),
    ],
    problem: unlessGiven(step, ['set', 'add', 'emit'], 'an update needs "set", "add" or "emit"'),
  };
}

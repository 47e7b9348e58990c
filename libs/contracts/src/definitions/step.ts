import { z } from 'zod';
import { contentSchema } from './content.js';
import {
  conditionSchema,
  durationSchema,
  localTimeSchema,
  messageClassSchema,
  resourceIdSchema,
  weekdaySchema,
  zoneSchema,
} from './parts.js';

/** The id of a step; `stay` and `exit` are reserved for migrations. */
export const stepIdSchema = resourceIdSchema.refine(
  (id) => id !== 'stay' && id !== 'exit',
  'stay and exit are not step ids',
);

const described = { stage: z.string().optional(), touchpoint: z.string().optional(), job: z.string().optional() };
const next = stepIdSchema;

const clockTime = {
  at: localTimeSchema.optional(),
  weekdays: z.array(weekdaySchema).min(1).optional(),
  zone: zoneSchema.optional(),
};

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
  next,
});
export type WaitStep = z.infer<typeof waitStepSchema>;

const awaitedEventSchema = z.strictObject({
  id: resourceIdSchema,
  event: z.string(),
  where: conditionSchema.optional(),
  next,
});
const awaitedConditionSchema = z.strictObject({ id: resourceIdSchema, if: conditionSchema, next });

/** R7, R8. */
export const awaitStepSchema = z.strictObject({
  kind: z.literal('await'),
  ...described,
  any: z.array(z.union([awaitedEventSchema, awaitedConditionSchema])).min(1),
  timeout: z.strictObject({ after: durationSchema.optional(), ...clockTime, next }).optional(),
  /** How far back events count that came before the instance was here. */
  lookBack: durationSchema.optional(),
});
export type AwaitStep = z.infer<typeof awaitStepSchema>;

/** R13. */
export const branchStepSchema = z.strictObject({
  kind: z.literal('branch'),
  ...described,
  when: z.array(z.strictObject({ id: resourceIdSchema, if: conditionSchema, next })).min(1),
  default: next,
});
export type BranchStep = z.infer<typeof branchStepSchema>;

/** R46, R47: weights are positive and relative. */
export const splitStepSchema = z.strictObject({
  kind: z.literal('split'),
  ...described,
  seed: z.string().min(1),
  variants: z.array(z.strictObject({ id: resourceIdSchema, weight: z.number().positive(), next })).min(2),
});
export type SplitStep = z.infer<typeof splitStepSchema>;

const treatment = {
  class: messageClassSchema.optional(),
  categories: z.array(resourceIdSchema).optional(),
  priority: z.number().optional(),
  ttl: durationSchema.optional(),
};

/** One named message; waits until it is handed over, suppressed or failed. Exactly one of `template` and `content`. */
export const actStepSchema = z.strictObject({
  kind: z.literal('act'),
  ...described,
  channel: resourceIdSchema,
  template: resourceIdSchema.optional(),
  content: contentSchema.optional(),
  data: z.record(z.string(), conditionSchema).optional(),
  ...treatment,
  next,
  suppressed: next.optional(),
  failed: next.optional(),
});
export type ActStep = z.infer<typeof actStepSchema>;

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
  next,
  suppressed: next.optional(),
  failed: next.optional(),
  none: next.optional(),
});
export type DecideStep = z.infer<typeof decideStepSchema>;

/** Sets traits, adds to counters, emits an event; visible to the instance at once, to others when ingestion has folded it. */
export const updateStepSchema = z.strictObject({
  kind: z.literal('update'),
  ...described,
  set: z.record(z.string(), conditionSchema).optional(),
  add: z.record(z.string(), conditionSchema).optional(),
  emit: z.strictObject({ event: z.string(), properties: z.record(z.string(), conditionSchema).optional() }).optional(),
  next,
});
export type UpdateStep = z.infer<typeof updateStepSchema>;

/** Enters another journey; with `wait` the instance stays until that instance ends. */
export const callStepSchema = z.strictObject({
  kind: z.literal('call'),
  ...described,
  journey: resourceIdSchema,
  /** What the instance called knows as `entry.properties`. */
  data: z.record(z.string(), conditionSchema).optional(),
  wait: z.boolean().default(false),
  next,
});
export type CallStep = z.infer<typeof callStepSchema>;

/** Ends the instance as a success; counts as a conversion (R18). */
export const goalStepSchema = z.strictObject({ kind: z.literal('goal'), ...described, reason: z.string().optional() });
export type GoalStep = z.infer<typeof goalStepSchema>;

/** Ends the instance. */
export const exitStepSchema = z.strictObject({ kind: z.literal('exit'), ...described, reason: z.string().optional() });
export type ExitStep = z.infer<typeof exitStepSchema>;

export const stepSchema = z.discriminatedUnion('kind', [
  waitStepSchema,
  awaitStepSchema,
  branchStepSchema,
  splitStepSchema,
  actStepSchema,
  decideStepSchema,
  updateStepSchema,
  callStepSchema,
  goalStepSchema,
  exitStepSchema,
]);
export type Step = z.infer<typeof stepSchema>;
export type StepKind = Step['kind'];

import { z } from 'zod';
import {
  conditionSchema,
  cronSchema,
  descriptive,
  durationSchema,
  messageClassSchema,
  resourceIdSchema,
  zoneSchema,
} from './parts.js';
import { stepSchema } from './step.js';
import { stepIdSchema } from './steps/step-parts.js';

/** R2: `never` (default), again some time after the last one, or always up to a number at once. */
export const reentrySchema = z.union([
  z.literal('never'),
  z.strictObject({
    afterExit: z.strictObject({
      minInterval: durationSchema.default('PT0S'),
      from: z.enum(['entry', 'exit']).default('exit'),
    }),
  }),
  z.strictObject({ always: z.strictObject({ maxConcurrent: z.number().int().min(1).max(100).default(1) }) }),
]);
export type Reentry = z.infer<typeof reentrySchema>;

/** What knocks at a journey's door: exactly one of these. */
export const ENTRY_KINDS = ['event', 'segment', 'schedule', 'api', 'call'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export const entrySchema = z.strictObject({
  event: z.string().min(1).optional(),
  /** The edge counts, not the state: entering the segment, or leaving it. */
  segment: z.strictObject({ id: resourceIdSchema, on: z.enum(['entered', 'left']) }).optional(),
  /** Everybody in the segment, whenever the cron expression says so on the clock of the zone (R11). */
  schedule: z.strictObject({ cron: cronSchema, zone: zoneSchema, segment: resourceIdSchema }).optional(),
  api: z.literal(true).optional(),
  /** Only by a `call` step of another journey. */
  call: z.literal(true).optional(),
  where: conditionSchema.optional(),
  /** R1: a value of the entry event that tells parallel instances apart. */
  correlate: conditionSchema.optional(),
  reentry: reentrySchema.default('never'),
  /** R5: so many entries of the journey within a rolling window, over all customers. */
  cap: z.strictObject({ limit: z.number().int().min(1), window: durationSchema }).optional(),
});
export type JourneyEntry = z.infer<typeof entrySchema>;

/** R18. */
export const goalSchema = z.strictObject({
  event: z.string().min(1),
  where: conditionSchema.optional(),
  window: durationSchema.optional(),
  value: conditionSchema.optional(),
});

/** R15: an interrupt, by event or by condition on the context. */
export const exitRuleSchema = z.union([
  z.strictObject({ id: resourceIdSchema, event: z.string().min(1), where: conditionSchema.optional() }),
  z.strictObject({ id: resourceIdSchema, if: conditionSchema }),
]);
export type ExitRule = z.infer<typeof exitRuleSchema>;

export const journeyPolicySchema = z.strictObject({
  class: messageClassSchema.default('marketing'),
  priority: z.number().default(0),
  categories: z.array(resourceIdSchema).default([]),
  /** Without it, one year; an `await` without timeout asks for it in so many words (R10). */
  maxLifetime: durationSchema.optional(),
  maxStepVisits: z.number().int().min(1).max(100_000).default(1000),
  /** R61: who stays of two instances with one key when two customers turn out to be one. */
  onMerge: z.enum(['keepOldest', 'keepFurthest', 'keepBoth']).default('keepOldest'),
});

export const journeySchema = z.strictObject({
  kind: z.literal('journey'),
  id: resourceIdSchema,
  name: z.string().optional(),
  ...descriptive,
  entry: entrySchema,
  goal: goalSchema.optional(),
  exits: z.array(exitRuleSchema).default([]),
  policy: journeyPolicySchema.prefault({}),
  start: stepIdSchema,
  steps: z.record(stepIdSchema, stepSchema),
});
export type Journey = z.infer<typeof journeySchema>;

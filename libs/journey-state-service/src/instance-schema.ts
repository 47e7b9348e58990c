import {
  actionIdSchema,
  customerIdSchema,
  instanceIdSchema,
  instantSchema,
  seenEventSchema,
  stepMemorySchema,
  type ShapeOf,
} from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import { z } from 'zod';

const count = z.number().int();

/** One customer's run through one version of one journey, as it is stored. */
export const instanceSchema = z
  .object({
    id: instanceIdSchema,
    journeyId: z.string(),
    version: z.string().describe('the version entered, or the one it was migrated to'),
    customerId: customerIdSchema,
    correlationKey: z.string(),
    ordinal: count.describe('1 for the first of this journey, customer and correlation key'),
    exclusive: z.literal(true).optional().describe('no other exclusive one may be active beside it'),
    origin: z
      .object({ customerId: customerIdSchema, ordinal: count.optional() })
      .optional()
      .describe('whose it was before she turned out to be this customer'),
    status: z.enum(['active', 'ended']),
    step: z.string(),
    enteredAt: instantSchema,
    stepEnteredAt: instantSchema,
    frozenMs: count.optional().describe("for how long the step's clock stood still while the journey was paused"),
    visits: z.record(z.string(), count),
    visitsTotal: count,
    pending: z
      .object({ actionId: actionIdSchema, visit: count, of: customerIdSchema.optional() })
      .optional()
      .describe('what its step has asked for'),
    called: z.object({ instanceId: instanceIdSchema }).optional().describe('the instance it waits for'),
    entry: seenEventSchema.describe('the event by which it entered'),
    event: seenEventSchema.describe('the event that moved it last'),
    steps: z.record(z.string(), stepMemorySchema),
    epochs: z
      .record(z.string(), count)
      .optional()
      .describe('of the splits of its version, by seed; 1 where nothing is said'),
    variants: z
      .record(z.string(), z.object({ variant: z.string(), epoch: count }))
      .optional()
      .describe('that it went on by, by split'),
    unexposed: z
      .array(z.object({ seed: z.string(), stepId: z.string(), variant: z.string(), epoch: count.optional() }))
      .optional()
      .describe('variants that have made no difference yet'),
    stage: z.string().optional(),
    timers: z
      .partialRecord(z.enum(['step', 'lifetime', 'conversion']), count)
      .describe('when each fires, in milliseconds since 1970-01-01T00:00:00Z'),
    endedAt: instantSchema.optional(),
    reason: z.string().optional().describe('why it ended'),
    converted: z.object({ at: instantSchema, value: z.number().optional() }).optional(),
  } satisfies ShapeOf<Instance>)
  .meta({ id: 'Instance' });

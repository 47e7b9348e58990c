import { z } from 'zod';
import { instantSchema } from './json.js';
import { SERVICES } from './topics.js';

/** One line of a customer's timeline: what happened, in words a marketer understands, with the stored facts behind it. */
export const timelineEntrySchema = z
  .object({
    at: instantSchema,
    service: z.enum(SERVICES),
    kind: z.string().describe('event, entered, refused, step, ended, converted, decision, delivery'),
    text: z.string(),
    because: z
      .array(z.string())
      .describe('why, one sentence a line: conditions with their operands, candidates with their reasons'),
    journeyId: z.string().optional(),
    instanceId: z.string().optional(),
    stepId: z.string().optional(),
    actionId: z.string().optional(),
    decisionId: z.string().optional(),
    messageId: z.string().optional(),
    facts: z.json().describe('the stored record, for machines'),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

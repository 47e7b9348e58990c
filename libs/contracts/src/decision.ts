import { z } from 'zod';
import { strategySchema } from './definitions/parts.js';
import { causeSchema } from './cause.js';
import { customerIdSchema, decisionIdSchema } from './ids.js';
import { instantSchema } from './json.js';

/** Why a candidate is where it is (R55). */
export const CANDIDATE_REASONS = [
  'WON',
  'RANKED',
  'OUTRANKED',
  'NOT_ELIGIBLE',
  'NOT_APPLICABLE',
  'NOT_SUITABLE',
  'AGENCY',
  'CONSENT',
  'LIMIT',
  'BUDGET',
  'POLICY',
  'NO_CHANNEL',
  'EXPIRED',
] as const;

export const candidateSchema = z.object({
  offerId: z.string(),
  version: z.string(),
  reason: z.enum(CANDIDATE_REASONS),
  /** One sentence with the operands: which condition, what it saw. */
  because: z.string(),
  score: z.number().optional(),
  propensity: z.number().optional(),
  value: z.number().optional(),
  lever: z.number().optional(),
  priority: z.number().optional(),
  /** The strategy it would be made with, after the customer's agency. */
  strategy: strategySchema.optional(),
  channel: z.string().optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** R55: everything needed to say why, and to replay. */
export const decisionSchema = z.object({
  decisionId: decisionIdSchema,
  customerId: customerIdSchema,
  at: instantSchema,
  slot: z.string(),
  cause: causeSchema,
  /** Workspace revision that decided. */
  revision: z.number().int(),
  contextVersion: z.number().int(),
  candidates: z.array(candidateSchema),
  /** Winner first; empty when no-action won. */
  ranked: z.array(z.string()),
  winner: z.string().optional(),
  strategy: strategySchema.optional(),
  /** Whether chance moved the order (R56). */
  explored: z.boolean(),
  seed: z.string(),
});
export type Decision = z.infer<typeof decisionSchema>;

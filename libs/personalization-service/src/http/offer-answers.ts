import { decisionSchema, offerSchema, type ShapeOf } from '@waymark/contracts';
import type { PersonalizationStore } from '@waymark/ports';
import { z } from 'zod';

export const decisionAnswer = decisionSchema.meta({ id: 'Decision' });
export const offerAnswer = offerSchema.meta({ id: 'Offer' });

export type CandidateCount = Awaited<ReturnType<PersonalizationStore['candidateCounts']>>[number];
export const candidateCountSchema = z
  .object({
    offerId: z.string(),
    reason: z.string().describe('WON, or why it did not'),
    count: z.number().int(),
  } satisfies ShapeOf<CandidateCount>)
  .meta({ id: 'CandidateCount' });

import { z } from 'zod';
import { strategySchema } from './definitions/parts.js';

/** Events the platform itself emits beside outcomes. */
export const OWN_EVENTS = {
  journeyEntered: 'Journey Entered',
  journeyEnded: 'Journey Ended',
  stageEntered: 'Stage Entered',
  decisionMade: 'Decision Made',
  consentUpdated: 'Consent Updated',
  agencyUpdated: 'Agency Updated',
  traitsUpdated: 'Traits Updated',
  offerAccepted: 'Offer Accepted',
  offerDeclined: 'Offer Declined',
  offerDismissed: 'Offer Dismissed',
  offerUndone: 'Offer Undone',
} as const;

/** Properties of `Decision Made`, emitted for every `decide` before its message, if any, is handed over. */
export const decisionMadePropertiesSchema = z.object({
  slot: z.string(),
  /** `won`: a message follows; `none`: no offer beat no-action. */
  result: z.enum(['won', 'none']),
  offerId: z.string().nullable(),
  strategy: strategySchema.nullable(),
  ranked: z.array(z.string()),
});
export type DecisionMadeProperties = z.infer<typeof decisionMadePropertiesSchema>;

import { z } from 'zod';
import { strategySchema } from './definitions/parts.js';
import { instantSchema, jsonObjectSchema } from './json.js';

/** Events the platform itself emits beside outcomes. */
export const OWN_EVENTS = {
  journeyEntered: 'Journey Entered',
  journeyEnded: 'Journey Ended',
  /** The entry event of an instance that a `call` step began. */
  journeyCalled: 'Journey Called',
  stageEntered: 'Stage Entered',
  /** Of a customer who turned out to be another: she is given up for that one (R61). */
  customerMerged: 'Customer Merged',
  /** What a customer who was given up had in one journey goes over to the one she is now. */
  journeyMerged: 'Journey Merged',
  /** Somebody asked over the API that a merge is taken back; of the customer who others turned out to be. */
  mergeUndoRequested: 'Merge Undo Requested',
  /** Of a customer from whom another parts again: a merge is taken back (R61). */
  customerMergeUndone: 'Customer Merge Undone',
  /** Instances that had come to a customer by a merge are hers no longer. */
  journeyParted: 'Journey Parted',
  segmentEntered: 'Segment Entered',
  segmentLeft: 'Segment Left',
  /** A journey's schedule is due for a member of its segment. */
  scheduleDue: 'Schedule Due',
  /** Somebody asked over the API that a customer enters a journey. */
  entryRequested: 'Entry Requested',
  /** Segment's name: the variant of a split makes a difference to somebody for the first time (R48). */
  experimentViewed: 'Experiment Viewed',
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

/** Properties of `Merge Undo Requested`. */
export const mergeUndoRequestedPropertiesSchema = z.object({ mergeId: z.string() });

/** Properties of `Segment Entered` and `Segment Left`. */
export const segmentChangedPropertiesSchema = z.object({ segmentId: z.string() });

/** Properties of `Schedule Due`: when it was due, which may be a little before the event. */
export const scheduleDuePropertiesSchema = z.object({
  journeyId: z.string(),
  segmentId: z.string(),
  dueAt: instantSchema,
});

/** Properties of `Entry Requested`; `data` is what the instance knows as `entry.properties`. */
export const entryRequestedPropertiesSchema = z.object({ journeyId: z.string(), data: jsonObjectSchema });

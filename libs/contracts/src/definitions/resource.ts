import { z } from 'zod';
import { channelSchema } from './channel.js';
import { contactPolicySchema } from './contact-policy.js';
import { journeyControlSchema } from './journey-control.js';
import { journeySchema } from './journey.js';
import { offerSchema } from './offer.js';
import { splitEpochSchema } from './split-epoch.js';
import { eventSchemaSchema, profileSchema, segmentSchema, templateSchema } from './other-kinds.js';

/** The schema of each kind that stands in files, by kind. */
export const RESOURCE_SCHEMAS = {
  journey: journeySchema,
  event: eventSchemaSchema,
  profile: profileSchema,
  segment: segmentSchema,
  template: templateSchema,
  offer: offerSchema,
  'contact-policy': contactPolicySchema,
  channel: channelSchema,
} as const;
export type ResourceKind = keyof typeof RESOURCE_SCHEMAS;

/** What is in use: the files' resources, and what was said of journeys and their splits beside them. */
export const resourceSchema = z.discriminatedUnion('kind', [
  journeyControlSchema,
  splitEpochSchema,
  journeySchema,
  eventSchemaSchema,
  profileSchema,
  segmentSchema,
  templateSchema,
  offerSchema,
  contactPolicySchema,
  channelSchema,
]);
export type Resource = z.infer<typeof resourceSchema>;

import { z } from 'zod';
import { messageClassSchema, strategySchema } from './definitions/parts.js';

/**
 * What becomes of a message, as events on `events.raw` with `cause` ids. Segment's names where its e-mail and push specs have
 * them (`Email Delivered`, `Email Link Clicked`, `Email Bounced`, `Email Marked as Spam`, `Email Opened`, `Unsubscribed`);
 * the same pattern for the other channel types and for what the specs have no word for (`Sent`, `Suppressed`, `Failed`).
 */
export const OUTCOMES = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'unsubscribed',
  'failed',
  'suppressed',
  'unknown',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const CHANNEL_TYPES = ['smtp', 'webhook', 'inbox', 'log'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

const NOUNS: Record<ChannelType, string> = {
  smtp: 'Email',
  webhook: 'Webhook',
  inbox: 'Inbox Message',
  log: 'Log Message',
};
const VERBS: Record<Outcome, string> = {
  sent: 'Sent',
  delivered: 'Delivered',
  opened: 'Opened',
  clicked: 'Link Clicked',
  bounced: 'Bounced',
  complained: 'Marked as Spam',
  unsubscribed: 'Unsubscribed',
  failed: 'Failed',
  suppressed: 'Suppressed',
  unknown: 'Outcome Unknown',
};

/** The event name of an outcome, e.g. `Email Link Clicked`. `unsubscribed` is `Unsubscribed` on every channel. */
export function outcomeEventName(channelType: ChannelType, outcome: Outcome): string {
  return outcome === 'unsubscribed' ? 'Unsubscribed' : `${NOUNS[channelType]} ${VERBS[outcome]}`;
}

const BY_NAME = new Map<string, Outcome>(
  CHANNEL_TYPES.flatMap((type) => OUTCOMES.map((outcome) => [outcomeEventName(type, outcome), outcome] as const)),
);

/** The outcome an event name stands for, if any. */
export function outcomeOfEventName(name: string): Outcome | undefined {
  return BY_NAME.get(name);
}

/** Why a message was not handed over (R31). */
export const SUPPRESSION_REASONS = [
  'CAP',
  'QUIET_HOURS',
  'CONSENT',
  'HOLDOUT',
  'AGENCY',
  'TTL',
  'PAUSED',
  'EXITED',
  'NO_ADDRESS',
  'NO_ZONE',
  'ADDRESS_SUPPRESSED',
  'CHANNEL_CLOSED',
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Properties of an outcome event. */
export const outcomePropertiesSchema = z.object({
  channel: z.string(),
  class: messageClassSchema,
  categories: z.array(z.string()),
  outcome: z.enum(OUTCOMES),
  /** A {@link SuppressionReason} when suppressed, the provider's words when failed. */
  reason: z.string().optional(),
  /** The policy rule that suppressed it. */
  rule: z.string().optional(),
  /** Where a click led. */
  url: z.string().optional(),
  offerId: z.string().optional(),
  strategy: strategySchema.optional(),
  /** Business value of the offer, in the workspace's currency. */
  value: z.number().optional(),
});
export type OutcomeProperties = z.infer<typeof outcomePropertiesSchema>;

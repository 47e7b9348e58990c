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
export interface OutcomeProperties {
  channel: string;
  class: string;
  categories: string[];
  outcome: Outcome;
  /** A {@link SuppressionReason} when suppressed, the provider's words when failed. */
  reason?: string;
  /** The policy rule that suppressed it. */
  rule?: string;
  offerId?: string;
  /** Business value of the offer, in the workspace's currency. */
  value?: number;
}

/**
 * Events the platform itself emits beside outcomes.
 * `Decision Made` ends a `decide` that sends nothing itself: its properties are {@link DecisionMadeProperties}.
 */
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
export interface DecisionMadeProperties {
  slot: string;
  /** `won`: a message follows; `none`: no offer beat no-action; `suppressed`: an offer won and may not be made. */
  result: 'won' | 'none' | 'suppressed';
  offerId?: string;
  strategy?: string;
  ranked: string[];
  reason?: string;
}

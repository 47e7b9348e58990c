import {
  outcomeEventName,
  ownRecord,
  type Channel,
  type DeliverAction,
  type EpochMs,
  type MessageId,
  type NewRecord,
  type Outcome,
  type OutcomeProperties,
} from '@waymark/contracts';
import { hashId } from '@waymark/stream';

/** As long as a message id may be. */
const MESSAGE_ID_CHARS_MAX = 100;

export interface OutcomeOf {
  action: Pick<DeliverAction, 'actionId' | 'customerId' | 'channel' | 'class' | 'categories' | 'cause' | 'offer'>;
  type: Channel['type'];
  outcome: Outcome;
  at: EpochMs;
  reason?: string | undefined;
  rule?: string | undefined;
  /** Where a click led. */
  url?: string | undefined;
  /** Tells several outcomes of one kind apart, such as two clicks. */
  occurrence?: string | undefined;
}

/** An outcome as an event on `events.raw`; its message id is the same whenever the same outcome is told again. */
export function outcomeRecord({ action, type, outcome, at, reason, rule, url, occurrence }: OutcomeOf): NewRecord {
  const { actionId, customerId, channel, cause, offer } = action;
  const properties = {
    channel,
    class: action.class,
    categories: action.categories,
    outcome,
    ...(reason !== undefined && { reason }),
    ...(rule !== undefined && { rule }),
    ...(url !== undefined && { url }),
    ...(offer && { offerId: offer.id, strategy: offer.strategy, value: offer.value }),
  } satisfies OutcomeProperties;
  return ownRecord({
    messageId: messageId([actionId, outcome, ...(occurrence === undefined ? [] : [occurrence])]),
    customerId,
    event: outcomeEventName(type, outcome),
    properties,
    at: new Date(at).toISOString(),
    cause: { ...cause, actionId },
  });
}

function messageId(parts: string[]): MessageId {
  const id = parts.join('.');
  return (id.length <= MESSAGE_ID_CHARS_MAX ? id : hashId(...parts)) as MessageId;
}

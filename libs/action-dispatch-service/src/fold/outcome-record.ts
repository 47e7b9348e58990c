import { OWN_SOURCE, SCHEMA_VERSION, outcomeEventName, type Channel, type DeliverAction, type EpochMs, type JsonObject, type MessageId, type NewRecord, type Outcome, type RawEvent } from '@waymark/contracts';

export interface OutcomeOf {
  action: Pick<DeliverAction, 'actionId' | 'customerId' | 'channel' | 'class' | 'categories' | 'cause' | 'offer'>;
  type: Channel['type'];
  outcome: Outcome;
  at: EpochMs;
  reason?: string | undefined;
  rule?: string | undefined;
  /** Tells several outcomes of one kind apart, such as two clicks. */
  occurrence?: string | undefined;
}

/** An outcome as an event on `events.raw`; its message id is the same whenever the same outcome is told again. */
export function outcomeRecord({ action, type, outcome, at, reason, rule, occurrence }: OutcomeOf): NewRecord {
  const { actionId, customerId, channel, cause, offer } = action;
  const properties: JsonObject = { channel, class: action.class, categories: action.categories, outcome };
  if (reason !== undefined) properties['reason'] = reason;
  if (rule !== undefined) properties['rule'] = rule;
  if (offer) Object.assign(properties, { offerId: offer.id, strategy: offer.strategy, value: offer.value });
  const when = new Date(at).toISOString();
  const event: RawEvent = {
    schemaVersion: SCHEMA_VERSION,
    type: 'track',
    messageId: [actionId, outcome, occurrence].filter((part) => part !== undefined).join('.') as MessageId,
    source: OWN_SOURCE,
    customerId,
    event: outcomeEventName(type, outcome),
    properties,
    traits: {},
    context: {},
    timestamp: when,
    receivedAt: when,
    cause: { ...cause, actionId },
  };
  return { topic: 'events.raw', key: customerId, value: JSON.stringify(event) };
}

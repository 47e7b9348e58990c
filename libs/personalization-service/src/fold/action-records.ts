import { createHash } from 'node:crypto';
import {
  SCHEMA_VERSION,
  outcomeEventName,
  type Action,
  type ActionId,
  type Cause,
  type Channel,
  type CustomerId,
  type DeliverAction,
  type JsonObject,
  type MessageId,
  type NewRecord,
  type RenderedContent,
  type ReportAction,
} from '@waymark/contracts';
import { addDuration, parseDuration } from '@waymark/customer-context';

/** Records on `actions`, keyed by customer. */
export function actionRecord(action: Action): NewRecord {
  return { topic: 'actions', key: action.customerId, value: JSON.stringify(action) };
}

/** An action as it leaves, with the hash of what it says (R60). */
export function deliver(action: Omit<DeliverAction, 'schemaVersion' | 'type' | 'contentHash'>): NewRecord {
  const contentHash = hashOf(action.content);
  return actionRecord({
    schemaVersion: SCHEMA_VERSION,
    type: 'deliver',
    contentHash,
    ...action,
  } satisfies DeliverAction);
}

/** Something to tell the journey, behind the customer's other actions. */
export function report(of: {
  customerId: CustomerId;
  messageId: string;
  event: string;
  properties: JsonObject;
  requestedAt: string;
  cause: Cause;
}): NewRecord {
  const action: ReportAction = {
    schemaVersion: SCHEMA_VERSION,
    type: 'report',
    ...of,
    messageId: of.messageId as MessageId,
  };
  return actionRecord(action);
}

/** The message could not be made: the journey hears of it as of any other failure. */
export function reportFailure(of: {
  customerId: CustomerId;
  actionId: ActionId;
  channel: string;
  type: Channel['type'] | undefined;
  reason: string;
  requestedAt: string;
  cause: Cause;
}): NewRecord {
  const { customerId, actionId, channel, type = 'log', reason, requestedAt, cause } = of;
  const properties = { channel, outcome: 'failed', reason };
  return report({
    customerId,
    messageId: `${actionId}.failed`,
    event: outcomeEventName(type, 'failed'),
    properties,
    requestedAt,
    cause,
  });
}

/** The years that an instant of a record can be written in. */
const YEARS = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')] as const;

/** The moment after which a message must not leave any more. */
export function expiry(ttl: string | undefined, from: string): string | undefined {
  if (ttl === undefined) return undefined;
  const at = addDuration(Date.parse(from), parseDuration(ttl), 'UTC');
  return new Date(Math.max(YEARS[0], Math.min(at, YEARS[1]))).toISOString();
}

function hashOf(content: RenderedContent): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

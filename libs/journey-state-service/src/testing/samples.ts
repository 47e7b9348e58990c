import {
  SCHEMA_VERSION,
  journeySchema,
  type ActionId,
  type InstanceId,
  type CustomerEvent,
  type CustomerId,
  type Journey,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import { hashId } from '@waymark/stream';

/** Journeys, events and customers for tests; whatever is not said is usual. */

export const START = '2026-05-04T08:00:00.000Z';
export const NOW = Date.parse(START);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const ADA = 'ada' as CustomerId;
export const BOB = 'bob' as CustomerId;

/** A journey that waits an hour after `Cart Left` and ends. */
export function aJourney(over: Record<string, unknown> = {}): Journey {
  return journeySchema.parse({
    kind: 'journey',
    id: 'cart',
    entry: { event: 'Cart Left' },
    policy: { class: 'transactional' },
    start: 'rest',
    steps: { rest: { kind: 'wait', for: 'PT1H', next: 'done' }, done: { kind: 'exit' } },
    ...over,
  });
}

export const reentry = { afterExit: { minInterval: 'PT0S' } };
/** An `act` by e-mail that goes on to `done`. */
export const mail = { kind: 'act', channel: 'email', content: { text: 'Hello' }, next: 'done' };

export type EventOver = Partial<Omit<CustomerEvent, 'customerId' | 'messageId'>> & {
  messageId?: string;
  of?: CustomerId;
};

/** An event of Ada, or of another one; received when it is told, unless it says otherwise. */
export function anEvent(name: string, { of = ADA, messageId, ...over }: EventOver = {}): CustomerEvent {
  return {
    schemaVersion: SCHEMA_VERSION,
    type: 'track',
    messageId: (messageId ?? `${of} ${name}`) as CustomerEvent['messageId'],
    source: 'shop' as CustomerEvent['source'],
    customerId: of,
    name,
    properties: {},
    traits: {},
    timestamp: START,
    receivedAt: START,
    contextVersion: 0,
    ...over,
  };
}

export function aCustomer(over: Partial<CustomerContext> = {}): CustomerContext {
  return { ...emptyContext(ADA), ...over };
}

/** The id of an instance, as R1 makes it. */
export function instanceIdOf(journeyId: string, { of = ADA, key = '', ordinal = 1 } = {}): string {
  return hashId('instance', journeyId, of, key, String(ordinal));
}

/** The id of the action of a step's visit, as R42 makes it. */
export function actionIdOf(instanceId: string, step: string, visit = 1): string {
  return hashId('action', instanceId, step, String(visit));
}

/** What became of an instance's message. */
export function anOutcome(name: string, of: { instanceId: string; step: string; over?: EventOver }): CustomerEvent {
  const { instanceId, step, over } = of;
  const actionId = actionIdOf(instanceId, step);
  const cause = { instanceId: instanceId as InstanceId, stepId: step, actionId: actionId as ActionId };
  return anEvent(name, { messageId: `${actionId} ${name}`, cause, ...over });
}

/** R61: two customers turn out to be one. What the one had goes over to the other, between their two partitions. */
import {
  OWN_EVENTS,
  OWN_SOURCE,
  SCHEMA_VERSION,
  outcomeOfEventName,
  type CustomerEvent,
  type CustomerId,
  type Journey,
  type MessageId,
  type NewRecord,
  type RawEvent,
} from '@waymark/contracts';
import { NO_ENTRIES, type EntryLedger, type Instance } from '@waymark/journey-engine';
import { hashId } from '@waymark/stream';

/** Whom a customer is given up for by this event, if it says so and comes from the platform itself. */
export function heirOf({ name, source, properties }: CustomerEvent): CustomerId | undefined {
  const { into } = properties;
  if (name !== OWN_EVENTS.customerMerged || source !== OWN_SOURCE || typeof into !== 'string') return undefined;
  return into as CustomerId;
}

/** Whether there may be something for the event's customer to take over. It says no more: what there is stands in the store. */
export function isTakeOver({ name, source }: CustomerEvent): boolean {
  return name === OWN_EVENTS.journeyMerged && source === OWN_SOURCE;
}

/** Calls the partition of the customer who takes over. */
export function takeOverRecord(from: CustomerId, to: CustomerId, at: string): NewRecord {
  const event: RawEvent = {
    schemaVersion: SCHEMA_VERSION,
    type: 'track',
    messageId: hashId('take over', from, to) as MessageId,
    source: OWN_SOURCE,
    customerId: to,
    event: OWN_EVENTS.journeyMerged,
    properties: { from },
    traits: {},
    context: {},
    timestamp: at,
    receivedAt: at,
  };
  return { topic: 'events.raw', key: to, value: JSON.stringify(event) };
}

/** Entries add up, a `never` entry of either counts; the later moments count. */
export function mergeLedgers(a: EntryLedger = NO_ENTRIES, b: EntryLedger): EntryLedger {
  return {
    entries: a.entries + b.entries,
    active: a.active + b.active,
    lastEntryAt: later(a.lastEntryAt, b.lastEntryAt),
    lastExitAt: later(a.lastExitAt, b.lastExitAt),
  };
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

/** Which of two instances with one key leaves, reason MERGED; none of them if both are kept. */
export function leaverOf(a: Instance, b: Instance, onMerge: Journey['policy']['onMerge']): Instance | undefined {
  if (onMerge === 'keepBoth') return undefined;
  const isFirst = [a, b].sort((one, other) =>
    onMerge === 'keepFurthest' && one.visitsTotal !== other.visitsTotal
      ? other.visitsTotal - one.visitsTotal
      : compare(one.enteredAt, other.enteredAt) || compare(one.id, other.id),
  )[0];
  return isFirst === a ? b : a;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether an instance waits for events such as this: it may be told of before the instance itself has come. */
export function settlesSomething({ name, cause }: CustomerEvent): boolean {
  if (cause?.instanceId === undefined) return false;
  return outcomeOfEventName(name) !== undefined || name === OWN_EVENTS.decisionMade || name === OWN_EVENTS.journeyEnded;
}

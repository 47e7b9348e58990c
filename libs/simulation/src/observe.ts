import {
  OWN_EVENTS,
  OWN_SOURCE,
  outcomeOfEventName,
  type CustomerId,
  type DeadLetter,
  type EventRecord,
  type Json,
  type LogRecord,
  type RawEvent,
  type RawRecord,
  type ScenarioExpect,
  type Topic,
} from '@waymark/contracts';
import type { Ring } from './ring.js';

/** Everything that has happened so far, in the lists that scenarios name; each item with its moment. */
export type Observed = Record<ListName, Record<string, Json | undefined>[]>;
export type ListName = Exclude<
  keyof ScenarioExpect,
  'at' | 'traits' | 'agency' | 'segments' | 'variants' | 'decision' | 'count' | 'violations' | 'mismatches'
>;

/** What every journey makes all the time; `events` is what journeys emit by name, and answers to offers. */
const BY_THE_WAY: readonly string[] = Object.values(OWN_EVENTS).filter((name) => !name.startsWith('Offer '));

/** Reads the ring's stores, log and provider. `rejected` is the caller's: it is answered, not stored. */
export async function observe(
  ring: Ring,
  customers: readonly CustomerId[],
  rejected: Observed['rejected'],
): Promise<Observed> {
  const raw = await rawEvents(ring);
  const history = (
    await Promise.all(
      customers.map(async (customer) =>
        (await ring.stores['journey-state'].store.history(customer, 100_000)).map((entry) => ({ customer, entry })),
      ),
    )
  ).flat();
  const traces = history.flatMap(({ customer, entry }) => entry.trace.map((trace) => ({ customer, entry, trace })));
  traces.sort((a, b) => (a.trace.at < b.trace.at ? -1 : a.trace.at > b.trace.at ? 1 : 0));
  const base = ({
    customer,
    entry,
    trace,
  }: (typeof traces)[number]): { customer: string; journey: string; at: string } => ({
    customer,
    journey: entry.journeyId,
    at: trace.at,
  });
  return {
    ...attempts(ring),
    suppressed: raw.filter(({ event }) => outcomeOfEventName(event ?? '') === 'suppressed').map(suppressed),
    refused: traces.flatMap((each) =>
      each.trace.what === 'refused' ? [{ ...base(each), reason: each.trace.reason }] : [],
    ),
    finished: traces.flatMap((each) =>
      each.trace.what === 'ended' ? [{ ...base(each), reason: each.trace.reason }] : [],
    ),
    exposures: traces.flatMap((each) =>
      each.trace.what === 'exposed'
        ? [{ ...base(each), step: each.trace.stepId, variant: each.trace.variant, epoch: each.trace.epoch }]
        : [],
    ),
    conversions: traces.flatMap((each) =>
      each.trace.what === 'converted' ? [{ ...base(each), value: each.trace.value }] : [],
    ),
    events: raw.filter(isEmitted).map(({ customerId, event, properties, timestamp }) => ({
      customer: customerId,
      event,
      properties,
      at: timestamp,
    })),
    deadLetters: await deadLetters(ring),
    rejected,
  };
}

function isEmitted({ source, event }: RawEvent): boolean {
  return (
    source === OWN_SOURCE &&
    event !== undefined &&
    !BY_THE_WAY.includes(event) &&
    outcomeOfEventName(event) === undefined
  );
}

/** Everybody the ring knows, those made by a `repeat` or a raw batch included. */
export async function customersOf({ log }: Ring): Promise<CustomerId[]> {
  const records = (await recordsOf(log, 'events')).map(({ value }) => JSON.parse(value) as EventRecord);
  return [...new Set(records.flatMap((record) => (record.type === 'workspace' ? [] : [record.customerId])))];
}

/** How many events broke their schemas so far (R73). */
export async function violationsOf({ stores }: Ring, customers: readonly CustomerId[]): Promise<number> {
  const stored = await Promise.all(customers.map((customer) => stores.ingestion.store.events(customer, 1e9)));
  return stored.flat().filter(({ violations }) => violations.length > 0).length;
}

function attempts({ provider }: Ring): Pick<Observed, 'sent' | 'attempts'> {
  const tries = provider.attempts.map(({ action, at, status }) => ({
    customer: action.customerId,
    channel: action.channel,
    at,
    status,
  }));
  const sent = provider.attempts
    .filter(({ status }) => status >= 200 && status < 300)
    .map(({ action, at }) => ({
      customer: action.customerId,
      step: action.cause.stepId,
      journey: action.cause.journeyId,
      channel: action.channel,
      subject: action.content.subject,
      body: action.content.body ?? action.content.text ?? action.content.html,
      json: action.content.json,
      offer: action.offer?.id,
      class: action.class,
      at,
    }));
  return { attempts: tries, sent };
}

function suppressed({ customerId, cause, properties, timestamp }: RawEvent): Record<string, Json | undefined> {
  const { channel, reason, rule } = properties;
  return { customer: customerId, step: cause?.stepId, journey: cause?.journeyId, channel, reason, rule, at: timestamp };
}

async function rawEvents({ log }: Ring): Promise<RawEvent[]> {
  const records = (await recordsOf(log, 'events.raw')).map(({ value }) => JSON.parse(value) as RawRecord);
  const seen = new Map(
    records.flatMap((event) => (event.type === 'workspace' ? [] : [[event.messageId, event] as const])),
  );
  return [...seen.values()].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : a.receivedAt > b.receivedAt ? 1 : 0));
}

async function deadLetters({ log }: Ring): Promise<Observed['deadLetters']> {
  const letters = (await recordsOf(log, 'dead-letters')).map(({ value }) => JSON.parse(value) as DeadLetter);
  return letters.sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ service, code, at }) => ({ service, reason: code, at }));
}

async function recordsOf(log: Ring['log'], topic: Topic): Promise<LogRecord[]> {
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
  const records = await Promise.all(
    partitions.map((partition) => log.read({ topic, partition, offset: 0, max: Number.MAX_SAFE_INTEGER })),
  );
  return records.flat();
}

import { OWN_EVENTS, outcomeOfEventName, type CustomerId, type DeadLetter, type Json, type RawEvent, type RawRecord, type ScenarioExpect } from '@waymark/contracts';
import type { HistoryEntry } from '@waymark/ports';
import type { Ring } from './ring.js';

/** Everything that has happened so far, in the lists that scenarios name; each item with its moment. */
export type Observed = Record<ListName, Record<string, Json | undefined>[]>;
export type ListName = Exclude<keyof ScenarioExpect, 'at' | 'traits' | 'agency' | 'variants' | 'decision' | 'count'>;

const OWN: readonly string[] = Object.values(OWN_EVENTS).filter((name) => !name.startsWith('Offer '));

/** Reads the ring's stores, log and provider. `rejected` is the caller's: it is answered, not stored. */
export async function observe(ring: Ring, customers: readonly CustomerId[], rejected: Observed['rejected']): Promise<Observed> {
  const raw = await rawEvents(ring);
  const history = (await Promise.all(customers.map(async (customer) => (await ring.stores['journey-state'].store.history(customer, 100_000)).map((entry) => ({ customer, entry }))))).flat();
  const traces = history.flatMap(({ customer, entry }) => entry.trace.map((trace) => ({ customer, entry, trace })));
  traces.sort((a, b) => (a.trace.at < b.trace.at ? -1 : a.trace.at > b.trace.at ? 1 : 0));
  const base = ({ customer, entry }: { customer: CustomerId; entry: HistoryEntry }): { customer: string; journey: string } => ({ customer, journey: entry.journeyId });
  return {
    ...attempts(ring),
    suppressed: raw.filter(({ event }) => outcomeOfEventName(event ?? '') === 'suppressed').map(suppressed),
    refused: traces.flatMap((each) => (each.trace.what === 'refused' ? [{ ...base(each), reason: each.trace.reason }] : [])),
    finished: traces.flatMap((each) => (each.trace.what === 'ended' ? [{ ...base(each), reason: each.trace.reason }] : [])),
    conversions: traces.flatMap((each) => (each.trace.what === 'converted' ? [{ ...base(each), value: each.trace.value }] : [])),
    events: raw.filter(({ source, event }) => source === 'waymark' && event !== undefined && !OWN.includes(event)).map(({ customerId, event, properties }) => ({ customer: customerId, event, properties })),
    deadLetters: await deadLetters(ring),
    rejected,
  };
}

function attempts({ provider }: Ring): Pick<Observed, 'sent' | 'attempts'> {
  const tries = provider.attempts.map(({ action, at, status }) => ({ customer: action.customerId, channel: action.channel, at, status }));
  const sent = provider.attempts.filter(({ status }) => status >= 200 && status < 300).map(({ action, at }) => ({
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
  return { customer: customerId, step: cause?.stepId, channel, reason, rule, at: timestamp };
}

async function rawEvents({ log }: Ring): Promise<RawEvent[]> {
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
  const records = await Promise.all(partitions.map((partition) => log.read({ topic: 'events.raw', partition, offset: 0, max: 1e9 })));
  const events = records.flat().map(({ value }) => JSON.parse(value) as RawRecord).filter((record): record is RawEvent => record.type !== 'workspace');
  const seen = new Map(events.map((event) => [event.messageId, event]));
  return [...seen.values()].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : a.receivedAt > b.receivedAt ? 1 : 0));
}

async function deadLetters({ log }: Ring): Promise<Observed['deadLetters']> {
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
  const records = await Promise.all(partitions.map((partition) => log.read({ topic: 'dead-letters', partition, offset: 0, max: 1e9 })));
  return records.flat().map(({ value }) => {
    const { service, code } = JSON.parse(value) as DeadLetter;
    return { service, reason: code };
  });
}

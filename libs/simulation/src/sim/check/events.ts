import { OWN_EVENTS, type CustomerEvent } from '@waymark/contracts';
import type { StoredEvent } from '@waymark/ports';
import { valueOf, type Facts } from '../facts.js';
import type { Played } from '../play.js';

/** What ingestion says itself: it does not come by `events.raw`, and is not counted. No client of a simulation sends such events. */
function isOfSegments({ name }: Pick<CustomerEvent, 'name'>): boolean {
  return name === OWN_EVENTS.segmentEntered || name === OWN_EVENTS.segmentLeft;
}

/** P1, P4: every event that was taken in, or made here, has been folded into one customer's context, once and in order. */
export function checkEvents(played: Played): string[] {
  const facts = played.facts!;
  return [...checkTaken(played, facts), ...checkContexts(facts)];
}

function checkTaken({ clients, chronicle }: Played, { events }: Facts): string[] {
  const stored = new Map<string, number>();
  for (const { event } of events.filter(({ event: { name } }) => name !== OWN_EVENTS.mergeUndoRequested))
    stored.set(event.messageId, (stored.get(event.messageId) ?? 0) + 1);
  const made = chronicle.places.flatMap((place) =>
    chronicle
      .outputsOf(place)
      .map(({ topic, value }) => ({ topic, event: JSON.parse(value) as Pick<CustomerEvent, 'messageId' | 'name'> }))
      .filter(({ topic, event }) => topic === 'events.raw' || (topic === 'events' && isOfSegments(event)))
      .map(({ event }) => event.messageId),
  );
  const expected = new Set([...clients.taken, ...made]);
  const found: string[] = [];
  if (made.length !== new Set(made).size)
    found.push(`P1: an event was made twice: ${made.find((id, i) => made.indexOf(id) !== i)}`);
  for (const id of expected) if (!stored.has(id)) found.push(`P4: the event ${id} was taken and is lost`);
  for (const [id, count] of stored) {
    if (count > 1) found.push(`P1: the event ${id} was processed ${count} times`);
    if (!expected.has(id)) found.push(`P1: the event ${id} was made by nobody`);
  }
  return found;
}

function checkContexts(facts: Facts): string[] {
  const found: string[] = [];
  const merges = facts.events.some(({ event }) => event.customerId.startsWith('anon~'));
  for (const id of facts.customers) {
    const its = facts.events.filter(({ event }) => event.customerId === id);
    const context = facts.contexts.get(id)!;
    if (!merges || !/^(anon~|vera)/.test(id)) found.push(...checkVersions(id, its, context.version));
    found.push(...checkCounters(id, its, context.counters), ...checkEdges(id, its, context.segments));
  }
  for (const [place, records] of facts.taken) {
    if (!place.startsWith('events/')) continue;
    const versions = new Map<string, number>();
    for (const { customerId, contextVersion } of records.map(valueOf)) {
      if (typeof customerId !== 'string') continue;
      const before = versions.get(customerId) ?? 0;
      if (Number(contextVersion) <= before)
        found.push(`events of ${customerId} are out of order in ${place}: ${contextVersion} after ${before}`);
      versions.set(customerId, Number(contextVersion));
    }
  }
  return found;
}

/** A version for each event, from 1 on. */
function checkVersions(id: string, its: readonly StoredEvent[], version: number): string[] {
  const versions = its.map(({ event }) => event.contextVersion).sort((a, b) => a - b);
  const isWhole = versions.every((each, i) => each === i + 1) && version === versions.length;
  return isWhole ? [] : [`P1: ${id}'s context is of version ${version}, her events of versions ${versions.join(' ')}`];
}

/** What is counted by the number of events: a counter that journeys add to is not. */
function checkCounters(id: string, its: readonly StoredEvent[], counters: Readonly<Record<string, number>>): string[] {
  if (/^(anon~|vera)/.test(id)) return [];
  const counts = new Map<string, number>();
  for (const { event } of its)
    if (event.type === 'track' && !isOfSegments(event)) counts.set(event.name, (counts.get(event.name) ?? 0) + 1);
  return [...counts].flatMap(([name, count]) =>
    counters[name] === count ? [] : [`P1: ${id} has ${count} events "${name}" and counts ${counters[name] ?? 0}`],
  );
}

/** Each segment is entered first, then left, and so on, and the last edge says what is in the context. */
function checkEdges(id: string, its: readonly StoredEvent[], segments: readonly string[]): string[] {
  if (/^(anon~|vera)/.test(id)) return [];
  const found: string[] = [];
  const now = new Set<unknown>();
  const edges = its.map(({ event }) => event).filter(isOfSegments);
  for (const { name, properties } of edges.sort((a, b) => a.contextVersion - b.contextVersion)) {
    const { segmentId } = properties;
    const entered = name === OWN_EVENTS.segmentEntered;
    if (now.has(segmentId) === entered)
      found.push(`${id} has two edges of one kind: ${name} ${JSON.stringify(segmentId)}`);
    if (entered) now.add(segmentId);
    else now.delete(segmentId);
  }
  const isSame = segments.length === now.size && segments.every((each) => now.has(each));
  return isSame ? found : [...found, `${id} is in ${segments.join(' ')}, and her edges say ${[...now].join(' ')}`];
}

/** R61: two customers turn out to be one. What the one had goes over to the other, between their two partitions. */
import {
  OWN_EVENTS,
  OWN_SOURCE,
  outcomeOfEventName,
  ownRecord,
  type CustomerEvent,
  type CustomerId,
  type Journey,
  type MessageId,
  type NewRecord,
} from '@waymark/contracts';
import { isOpen, type EntryLedger, type Instance, type Trace } from '@waymark/journey-engine';
import type { CustomerMove, EntryKey, JourneyBelongings, QueuedEntrant } from '@waymark/ports';
import { hashId } from '@waymark/stream';
import { clockCause, eventCause, type JourneyWork } from './journey-work.js';

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

/** The customer is another: all that she has here is put down for that one. */
export function handOn(work: JourneyWork, from: CustomerId, to: CustomerId): void {
  // What has ended in this batch and is of no more use is left out, as it is in a later one.
  const its = work.instancesOf(from).filter(isOpen);
  const journeys = work.ledgersOf(from).map(({ journeyId, correlationKey, ledger }) => ({
    journeyId,
    correlationKey,
    ledger,
    instances: its.filter((each) => each.journeyId === journeyId && each.correlationKey === correlationKey),
  }));
  for (const instance of its) {
    const { id, journeyId, version } = instance;
    const trace: Trace[] = [{ at: work.at, what: 'handedOn', to }];
    work.remember(from, { ...work.entryOf({ id: journeyId, version }, from), instanceId: id, trace });
    work.remove(instance);
  }
  const assignments = { ...work.assignmentsOf(from) };
  const exposed = [...work.exposedOf(from)];
  work.moves.given.push({
    id: hashId('move', from, to),
    from,
    to,
    journeys,
    assignments,
    exposed,
    recent: [...work.recent.of(from)],
    entrants: fromTheDoors(work, from),
  });
  work.outputs.push(takeOverRecord(from, to, work.at));
}

/** Whom a customer is at doors, and is no longer. */
function fromTheDoors({ entrants, loaded }: JourneyWork, customerId: CustomerId): QueuedEntrant[] {
  const isHers = ({ event }: QueuedEntrant): boolean => event.customerId === customerId;
  const before = loaded.leaving.filter((each) => isHers(each) && !entrants.gone.includes(each.id));
  const now = entrants.queued.filter((each) => isHers(each) && before.every(({ id }) => id !== each.id));
  entrants.queued = entrants.queued.filter((each) => !isHers(each));
  entrants.gone.push(...before.map(({ id }) => id));
  return [...before, ...now];
}

/** What those had who turned out to be her goes on as hers; of two instances with one key one leaves. */
export function takeOver(work: JourneyWork, heir: CustomerId): void {
  for (const move of work.loaded.moves.filter(({ id, to }) => to === heir && !work.moves.taken.includes(id))) {
    work.moves.taken.push(move.id);
    for (const [seed, variant] of Object.entries(move.assignments)) {
      work.assign(heir, { seed, variant });
      if (move.exposed.includes(seed)) work.expose(heir, { seed, variant });
    }
    for (const event of move.recent) work.recent.add(heir, event);
    for (const belongings of move.journeys) takeOverJourney(work, move, belongings);
    // They are hers from here on, and are let in, or have waited too long, as her own are.
    for (const { event, ...entrant } of move.entrants ?? [])
      work.entrants.queued.push({ ...entrant, event: { ...event, customerId: heir } });
  }
}

function takeOverJourney(
  work: JourneyWork,
  { id: moveId, from, to }: CustomerMove,
  { ledger, instances, ...of }: JourneyBelongings,
): void {
  const key = { ...of, customerId: to };
  const before = work.ledger(key);
  const rivals = work.instancesOf(to).filter((each) => isActiveBy(each, key));
  work.setLedger(key, mergeLedgers(before, ledger));
  for (const instance of instances) {
    const arrived = { ...instance, customerId: to, ordinal: before.entries + instance.ordinal };
    work.put(arrived);
    const trace: Trace[] = [{ at: work.at, what: 'takenOver', from }];
    const journey = work.definitions.version(arrived.version);
    work.remember(to, { ...work.entryOf(journey, to), instanceId: arrived.id, trace });
    if (arrived.status === 'active') settleBetween(work, arrived, { rivals, moveId });
    catchUp(work, arrived);
  }
}

function settleBetween(
  work: JourneyWork,
  arrived: Instance,
  { rivals, moveId }: { rivals: readonly Instance[]; moveId: string },
): void {
  const { onMerge } = work.definitions.version(arrived.version).policy;
  for (const rival of rivals) {
    const [one, other] = [arrived, rival].map(({ id, customerId }) => work.instance(customerId, id)!) as [
      Instance,
      Instance,
    ];
    const leaver = one.status === 'active' && other.status === 'active' ? leaverOf(one, other, onMerge) : undefined;
    if (leaver) work.decide(leaver, { type: 'end', reason: 'MERGED' }, clockCause(moveId));
  }
}

/** Whether an event tells of an instance that is still on its way here. */
export function isAhead(work: JourneyWork, event: CustomerEvent): boolean {
  const { mergedFrom = [] } = work.context(event.customerId);
  return mergedFrom.length > 0 && settlesSomething(event) && !work.instance(event.customerId, event.cause!.instanceId!);
}

/** What was told of an instance before it came. */
function catchUp(work: JourneyWork, { id, customerId }: Instance): void {
  for (const told of work.recent.of(customerId)) {
    if (told.cause?.instanceId !== id) continue;
    const event = work.ownEvent(customerId, told);
    work.decide(work.instance(customerId, id)!, { type: 'event', event }, eventCause(event));
  }
}

function isActiveBy({ status, journeyId, correlationKey }: Instance, of: EntryKey): boolean {
  return status === 'active' && journeyId === of.journeyId && correlationKey === of.correlationKey;
}

/** Calls the partition of the customer who takes over. */
function takeOverRecord(from: CustomerId, to: CustomerId, at: string): NewRecord {
  return ownRecord({
    messageId: hashId('take over', from, to) as MessageId,
    customerId: to,
    event: OWN_EVENTS.journeyMerged,
    properties: { from },
    at,
  });
}

/** Entries add up, a `never` entry of either counts; the later moments count. */
function mergeLedgers(a: EntryLedger, b: EntryLedger): EntryLedger {
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
function settlesSomething({ name, cause }: CustomerEvent): boolean {
  if (cause?.instanceId === undefined) return false;
  return outcomeOfEventName(name) !== undefined || name === OWN_EVENTS.decisionMade || name === OWN_EVENTS.journeyEnded;
}

/** R61: two customers turn out to be one. What the one had goes over to the other, between their two partitions. */
import { OWN_EVENTS, OWN_SOURCE, type CustomerEvent, type CustomerId, type Journey } from '@waymark/contracts';
import { own, partedIds } from '@waymark/customer-context';
import { isOpen, newestOrdinal, type Instance, type Trace } from '@waymark/journey-engine';
import type { CustomerMove, EntryKey, JourneyBelongings, QueuedEntrant, RecentEvent } from '@waymark/ports';
import { clockCause, type JourneyWork } from './journey-work.js';
import { ledgerBack, ledgerLeft, ledgerToGive, ledgerWith, withNextOrdinal } from './merged-ledgers.js';
import { fromTheDoors, heirsOf, letGo, putDown } from './moves.js';
import { catchUp } from './news-from-elsewhere.js';
import { partPeople } from './part-people.js';

/** Whom a customer is given up for by this event, if it says so and comes from the platform itself. */
export function heirOf({ name, source, properties }: CustomerEvent): CustomerId | undefined {
  const { into } = properties;
  if (name !== OWN_EVENTS.customerMerged || source !== OWN_SOURCE || typeof into !== 'string') return undefined;
  return into as CustomerId;
}

/** The event's customer is another: all that she has here is put down for that one. */
export function handOn(work: JourneyWork, to: CustomerId, because: CustomerEvent): void {
  const from = because.customerId;
  // What has ended in this batch and is of no more use is left out, as it is in a later one.
  const its = work.instancesOf(from).filter(isOpen);
  const journeys = work.ledgersOf(from).map(({ ledger, ...key }) => {
    const { journeyId, correlationKey } = key;
    const instances = its.filter((each) => each.journeyId === journeyId && each.correlationKey === correlationKey);
    work.setLedger(key, ledgerLeft(ledger));
    return { journeyId, correlationKey, ledger: ledgerToGive(ledger, from, activeOf(instances)), instances };
  });
  for (const instance of its) letGo(work, instance, { to });
  const recent = [...work.recent.of(from)];
  work.recent.drop(from, ({ cause }) => cause !== undefined);
  const entrants = fromTheDoors(work, from, () => true).map((each) => ({ origin: from, ...each }));
  const { assignments, epochs, exposed } = work.assignments.of(from);
  const variants = { assignments: { ...assignments }, epochs: { ...epochs }, exposed: [...exposed] };
  putDown(work, { from, to, journeys, ...variants, recent, entrants }, because);
}

/**
 * What those had who turned out to be her goes on as hers; of two instances with one key one leaves. Who has parted from her
 * meanwhile gets it back, and who has turned out to be somebody else herself hands it on.
 */
export function takeOver(work: JourneyWork, call: CustomerEvent): void {
  const heir = call.customerId;
  const { mergedFrom = [], mergedInto } = work.context(heir);
  sendAfter(work, call);
  const heirs = heirsOf(call).filter((id) => id === heir || mergedFrom.includes(id));
  for (const move of work.loaded.moves.filter(({ id, to }) => heirs.includes(to) && !work.moves.taken.includes(id))) {
    work.moves.taken.push(move.id);
    for (const [seed, variant] of Object.entries(move.assignments)) {
      const assigned = { seed, variant, epoch: own(move.epochs ?? {}, seed) ?? 1 };
      work.assignments.assign(heir, assigned);
      if (move.exposed.includes(seed)) work.assignments.expose(heir, assigned);
    }
    for (const event of move.recent) work.recent.add(heir, recentAs(event, move, heir));
    for (const belongings of move.journeys) takeOverJourney(work, { move, heir }, belongings);
    if (move.back) awaitNothing(work, heir);
    for (const entrant of move.entrants ?? []) work.entrants.queued.push(entrantAs(entrant, heir));
  }
  catchUp(work, heir);
  partPeople(work, call);
  if (mergedInto !== undefined) handOn(work, mergedInto, call);
}

/** What was on its way to one who has parted again from the call's customer goes on to her. */
function sendAfter(work: JourneyWork, call: CustomerEvent): void {
  const parted = partedIds(work.context(call.customerId));
  const to = heirsOf(call);
  for (const { id, ...move } of work.loaded.moves) {
    const heir = to.includes(move.to) ? parted.get(move.to) : undefined;
    if (heir === undefined || move.back || work.moves.taken.includes(id)) continue;
    work.moves.taken.push(id);
    putDown(work, { ...move, to: heir }, call);
  }
}

function takeOverJourney(work: JourneyWork, at: Arrival, { ledger, instances, ...of }: JourneyBelongings): void {
  const { move, heir } = at;
  const key = { ...of, customerId: heir };
  const before = work.ledger(key);
  const rivals = work.instancesOf(heir).filter((each) => isActiveBy(each, key));
  const given = { ...ledger, active: activeOf(instances) };
  work.setLedger(key, (move.back ? ledgerBack : ledgerWith)(before, given, { heir, from: move.from }));
  for (const instance of instances) {
    const arrived = arrivedAs(work, at, { instance, key, newest: newestOrdinal(before) });
    work.put(arrived);
    const trace: Trace[] = [{ at: work.at, what: 'takenOver', from: move.from, ...(move.back && { back: true }) }];
    const journey = work.definitions.version(arrived.version);
    work.remember(heir, { ...work.entryOf(journey, heir), instanceId: arrived.id, trace });
    if (arrived.status !== 'active' || !stays(work, arrived)) continue;
    settleBetween(work, arrived, { rivals, moveId: move.id });
    stayExclusive(work, arrived);
  }
}

interface Arrival {
  move: CustomerMove;
  heir: CustomerId;
}

/** The instance as the heir's: with an ordinal of her ledger, and with whose it was as long as it is not its own customer's. */
function arrivedAs(
  work: JourneyWork,
  { move, heir }: Arrival,
  { instance, key, newest }: { instance: Instance; key: EntryKey; newest: number },
): Instance {
  const { customerId, ordinal, pending, origin = { customerId, ordinal }, ...of } = instance;
  const isBack = origin.customerId === heir;
  const arrived: Instance = { ...of, customerId: heir, ordinal, ...(!isBack && { origin }) };
  if (pending) arrived.pending = { of: customerId, ...pending };
  if (isBack && origin.ordinal !== undefined) return { ...arrived, ordinal: origin.ordinal };
  if (!isBack && !move.back) return { ...arrived, ordinal: newest + ordinal };
  const ledger = withNextOrdinal(work.ledger(key));
  work.setLedger(key, ledger);
  return { ...arrived, ordinal: newestOrdinal(ledger) };
}

function entrantAs({ origin, event, ...entrant }: QueuedEntrant, heir: CustomerId): QueuedEntrant {
  return {
    ...entrant,
    event: { ...event, customerId: heir },
    ...(origin !== undefined && origin !== heir && { origin }),
  };
}

function recentAs({ of, ...event }: RecentEvent, { from, back }: CustomerMove, heir: CustomerId): RecentEvent {
  const its = of ?? (back ? heir : from);
  return its === heir ? event : { ...event, of: its };
}

/** For what does not come back any more nobody waits. */
function awaitNothing(work: JourneyWork, customerId: CustomerId): void {
  for (const { ledger, ...key } of work.ledgersOf(customerId)) {
    const { away, ...left } = ledger;
    if (away !== undefined) work.setLedger(key, left);
  }
}

/** Whether an instance that has come is not one of those that go on at once to whose they are. */
function stays(work: JourneyWork, { customerId, origin }: Instance): boolean {
  const context = work.context(customerId);
  return context.mergedInto === undefined && !(origin && partedIds(context).has(origin.customerId));
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

/** R1: who goes on beside another one is exclusive no longer, whoever kept both. */
function stayExclusive(work: JourneyWork, { id, customerId }: Instance): void {
  const { exclusive, ...arrived } = work.instance(customerId, id)!;
  const its = work.instancesOf(customerId).filter((each) => isActiveBy(each, arrived));
  if (exclusive && arrived.status === 'active' && its.length > 1) work.put(arrived);
}

function isActiveBy({ status, journeyId, correlationKey }: Instance, of: EntryKey): boolean {
  return status === 'active' && journeyId === of.journeyId && correlationKey === of.correlationKey;
}

function activeOf(instances: readonly Instance[]): number {
  return instances.filter(({ status }) => status === 'active').length;
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

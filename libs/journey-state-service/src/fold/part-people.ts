/** R61: a merge is undone. What came by it, and is still open, goes back to the one who has parted. */
import {
  OWN_EVENTS,
  OWN_SOURCE,
  SCHEMA_VERSION,
  type CancelInteraction,
  type CustomerEvent,
  type CustomerId,
} from '@waymark/contracts';
import { partedIds } from '@waymark/customer-context';
import { isOpen, type Instance } from '@waymark/journey-engine';
import type { EntryKey, JourneyBelongings } from '@waymark/ports';
import type { JourneyWork } from './journey-work.js';
import { ledgerOf, ledgerWithout } from './merged-ledgers.js';
import { fromTheDoors, letGo, NOTHING_MOVED, putDown } from './moves.js';

const WRITTEN_FOR_BOTH = 'it was written for one person, who turned out to be two';

/** Who parts from whom: all the ids that are hers. */
interface Parting {
  from: CustomerId;
  to: CustomerId;
  ids: ReadonlySet<string>;
}

/** Whether somebody parts from the event's customer: who that is, and what is hers, says the context. */
export function isParting({ name, source }: CustomerEvent): boolean {
  return name === OWN_EVENTS.customerMergeUndone && source === OWN_SOURCE;
}

/** Hands back to those who have parted from a customer what is theirs, and has come by now. */
export function partPeople(work: JourneyWork, because: CustomerEvent): void {
  const from = because.customerId;
  const parted = [...partedIds(work.context(from))];
  for (const to of new Set(parted.map(([, id]) => id)))
    part(work, { from, to, ids: new Set(parted.filter(([, id]) => id === to).map(([was]) => was)) }, because);
}

function part(work: JourneyWork, parting: Parting, because: CustomerEvent): void {
  const { from, to, ids } = parting;
  const its = work.instancesOf(from).filter((each) => isOpen(each) && each.origin && ids.has(each.origin.customerId));
  const entrants = fromTheDoors(work, from, ({ origin }) => origin !== undefined && ids.has(origin));
  const journeys = belongings(work, parting, its);
  const isNews = journeys.length > 0 || entrants.length > 0;
  // She is told that nothing comes, too: until then nobody knows at her doors whether she is inside.
  const isOver = isParting(because) && because.properties['from'] === to && !isOnTheWay(work, parting);
  if (!isNews && !isOver) return;
  for (const instance of its) {
    cancelWrittenForBoth(work, instance, parting);
    letGo(work, instance, { to, back: true });
  }
  const isTheirs = (id: string | undefined): boolean =>
    its.some((each) => each.id === id || each.called?.instanceId === id);
  const recent = work.recent.of(from).filter(({ cause }) => cause !== undefined && isTheirs(cause.instanceId));
  work.recent.drop(from, (told) => recent.includes(told) || (told.of !== undefined && ids.has(told.of)));
  putDown(work, { ...NOTHING_MOVED, back: true, from, to, journeys, recent, entrants }, because);
}

/** Whether what they had has not come yet: it goes back when it does. */
function isOnTheWay({ loaded, moves }: JourneyWork, { from, ids }: Parting): boolean {
  return loaded.moves.some((move) => move.to === from && ids.has(move.from) && !moves.taken.includes(move.id));
}

/** By journey and key, with the entries that they made themselves; they are taken out of the ledgers here. */
function belongings(work: JourneyWork, { from, ids }: Parting, its: readonly Instance[]): JourneyBelongings[] {
  return work.ledgersOf(from).flatMap(({ ledger, ...key }) => {
    const instances = its.filter((each) => isOf(each, key));
    const hasEntered = Object.keys(ledger.others ?? {}).some((id) => ids.has(id));
    if (instances.length === 0 && !hasEntered) return [];
    const active = instances.filter(({ status }) => status === 'active').length;
    work.setLedger(key, ledgerWithout(ids, ledger, active));
    const { journeyId, correlationKey } = key;
    return [{ journeyId, correlationKey, ledger: ledgerOf(ids, ledger, active), instances }];
  });
}

function isOf({ journeyId, correlationKey }: Instance, key: EntryKey): boolean {
  return journeyId === key.journeyId && correlationKey === key.correlationKey;
}

/**
 * What the instance has asked for while it was not hers says what was known of both, so that nobody gets it; its outcome comes to the
 * instance. What was asked for her never was anybody else's.
 */
function cancelWrittenForBoth(work: JourneyWork, instance: Instance, { from, ids }: Parting): void {
  const { id: instanceId, journeyId, step: stepId, pending } = instance;
  if (!pending || (pending.of !== undefined && ids.has(pending.of))) return;
  const { actionId, visit, of: customerId = from } = pending;
  const interaction: CancelInteraction = {
    schemaVersion: SCHEMA_VERSION,
    type: 'cancel',
    actionId,
    customerId,
    requestedAt: work.at,
    contextVersion: 0,
    cause: { instanceId, journeyId, stepId, visit, actionId },
    because: WRITTEN_FOR_BOTH,
  };
  work.outputs.push({ topic: 'interactions', key: customerId, value: JSON.stringify(interaction) });
}

/** R61: what leaves a customer is put down in one transaction, and the partition of the other is called to take it up. */
import {
  OWN_EVENTS,
  OWN_SOURCE,
  ownRecord,
  type CustomerEvent,
  type CustomerId,
  type MessageId,
} from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import type { CustomerMove, QueuedEntrant } from '@waymark/ports';
import { hashId } from '@waymark/stream';
import type { JourneyWork } from './journey-work.js';

/** Nothing but who it goes from and to. */
export const NOTHING_MOVED = { journeys: [], assignments: {}, exposed: [], recent: [], entrants: [] };

/** Whether there may be something for the event's customer to take over. It says no more: what there is stands in the store. */
export function isTakeOver({ name, source }: CustomerEvent): boolean {
  return name === OWN_EVENTS.journeyMerged && source === OWN_SOURCE;
}

/** Whose it was to be: the event's customer, and whoever turned out to be her while it was on its way. */
export function heirsOf({ customerId, properties: { to } }: CustomerEvent): CustomerId[] {
  return typeof to === 'string' && to !== customerId ? [customerId, to as CustomerId] : [customerId];
}

/** Takes an instance from a customer. */
export function letGo(work: JourneyWork, instance: Instance, { to, back }: Pick<CustomerMove, 'to' | 'back'>): void {
  const { id, journeyId, version, customerId } = instance;
  work.remember(customerId, {
    ...work.entryOf({ id: journeyId, version }, customerId),
    instanceId: id,
    trace: [{ at: work.at, what: 'handedOn', to, ...(back && { back }) }],
  });
  work.remove(instance);
}

/** Takes a customer from the doors at which she waits, as far as `isMoved` says. */
export function fromTheDoors(
  { entrants, loaded }: JourneyWork,
  customerId: CustomerId,
  isMoved: (entrant: QueuedEntrant) => boolean,
): QueuedEntrant[] {
  const goes = (each: QueuedEntrant): boolean => each.event.customerId === customerId && isMoved(each);
  const before = loaded.leaving.filter((each) => goes(each) && !entrants.gone.includes(each.id));
  const now = entrants.queued.filter((each) => goes(each) && before.every(({ id }) => id !== each.id));
  entrants.queued = entrants.queued.filter((each) => !goes(each));
  entrants.gone.push(...before.map(({ id }) => id));
  return [...before, ...now];
}

/** Puts down what goes over because of an event, and calls the partition of the customer who takes it over. */
export function putDown(work: JourneyWork, move: Omit<CustomerMove, 'id'>, because: CustomerEvent): void {
  const { from, to, back, journeys } = move;
  const id = hashId('move', from, to, because.messageId);
  work.moves.given.push({ id, ...move });
  const active = back ? activeIn(journeys) : {};
  const told = Object.keys(active).length > 0 && { journeys: active };
  const properties = { from, to, ...told };
  const call = hashId('take over', id) as MessageId;
  work.outputs.push(
    ownRecord({ messageId: call, customerId: to, event: OWN_EVENTS.journeyMerged, properties, at: work.at }),
  );
  if (!told) return;
  const parting = hashId('parted', id) as MessageId;
  work.outputs.push(
    ownRecord({ messageId: parting, customerId: from, event: OWN_EVENTS.journeyParted, properties, at: work.at }),
  );
}

function activeIn(journeys: CustomerMove['journeys']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { journeyId, instances } of journeys) {
    const active = instances.filter(({ status }) => status === 'active').length;
    if (active > 0) counts[journeyId] = (counts[journeyId] ?? 0) + active;
  }
  return counts;
}

import { OWN_EVENTS, SCHEMA_VERSION, type CompensateInteraction, type CustomerEvent } from '@waymark/contracts';
import { isOpen, seenEvent } from '@waymark/journey-engine';
import type { JourneyChanges } from '@waymark/ports';
import { hashId, type Batch, type Folded } from '@waymark/stream';
import { lookAtDoor } from './at-the-door.js';
import type { JourneyDefinitions } from './definitions.js';
import { workOnPage } from './job-page.js';
import { eventCause, JourneyWork, type Loaded } from './journey-work.js';
import { handOn, heirOf, takeOver } from './merge-people.js';
import { isTakeOver } from './moves.js';
import { hearOf } from './news-from-elsewhere.js';
import { isParting, partPeople } from './part-people.js';

/**
 * Runs the instances of a batch's customers. For each customer in order: what fell due before an event was received
 * fires before the event; goals, exits and steps go before entries, so that one event may end an instance and begin the
 * next (R18); what is due by now fires last. Who has waited at a door goes first, a page of a job last. Pure.
 */
export function foldBatch(
  batch: Batch<CustomerEvent>,
  loaded: Loaded,
  definitions: JourneyDefinitions,
): Folded<JourneyChanges> {
  const work = new JourneyWork(batch, loaded, definitions);
  for (const entrant of loaded.entrants) lookAtDoor(work, entrant);
  for (const { record, traceparent } of batch.records) {
    work.fireTimers(record.customerId, Date.parse(record.receivedAt));
    work.causedBy({ receivedAt: record.receivedAt, traceparent });
    takeEvent(work, record);
  }
  for (const customerId of new Set(loaded.instances.map((instance) => instance.customerId)))
    work.fireTimers(customerId, batch.now);
  if (loaded.page) workOnPage(work, loaded.page);
  return work.result();
}

function takeEvent(work: JourneyWork, event: CustomerEvent): void {
  const { customerId } = event;
  const heir = heirOf(event);
  if (heir !== undefined) return handOn(work, heir, event);
  if (isTakeOver(event)) return takeOver(work, event);
  if (isParting(event)) return partPeople(work, event);
  hearOf(work, event);
  for (const { id } of work.instancesOf(customerId).filter(isOpen))
    work.decide(work.instance(customerId, id)!, { type: 'event', event }, eventCause(event));
  for (const journey of work.definitions.current) if (journey.entry.knocks(event)) work.enter(journey, event);
  if (work.definitions.listensTo.has(event.name)) work.recent.add(customerId, seenEvent(event));
  if (event.name === OWN_EVENTS.offerUndone) compensate(work, event);
}

/** An automatic act was undone in time: personalization makes its compensation. */
function compensate(
  work: JourneyWork,
  { customerId, cause, properties, contextVersion, receivedAt }: CustomerEvent,
): void {
  const { offerId } = properties;
  if (cause?.decisionId === undefined || typeof offerId !== 'string') return;
  const interaction: CompensateInteraction = {
    schemaVersion: SCHEMA_VERSION,
    type: 'compensate',
    customerId,
    requestedAt: work.at,
    receivedAt,
    contextVersion,
    actionId: hashId('compensate', cause.decisionId, offerId) as CompensateInteraction['actionId'],
    cause,
    offerId,
    decisionId: cause.decisionId,
  };
  work.outputs.push({ topic: 'interactions', key: customerId, value: JSON.stringify(interaction) });
}

/** R61: what is told of an instance to a customer who does not have it: it is on its way to her, or has left her. */
import { OWN_EVENTS, outcomeOfEventName, type CustomerEvent, type CustomerId, type EpochMs } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import { seenEvent, type Instance } from '@waymark/journey-engine';
import { eventCause, type JourneyWork } from './journey-work.js';
import { NOTHING_MOVED, putDown } from './moves.js';

/** So long after two have parted, in milliseconds, is passed on what is told to the wrong one. */
const PARTED_MS = 30 * 86_400_000;

/** Whether an instance waits for events such as this: it may be told of before the instance itself has come, or when it has left. */
export function settlesSomething({ name, cause }: CustomerEvent): boolean {
  if (cause?.instanceId === undefined) return false;
  return outcomeOfEventName(name) !== undefined || name === OWN_EVENTS.decisionMade || name === OWN_EVENTS.journeyEnded;
}

/** Whether instances may be on their way to a customer. */
export function mayBeOnTheWay({ mergedFrom = [], partedFrom }: CustomerContext, now: EpochMs): boolean {
  return mergedFrom.length > 0 || (partedFrom !== undefined && Date.parse(partedFrom.at) + PARTED_MS > now);
}

/** Keeps what is told of an instance that has not come yet, and passes it on to whom the instance may have gone. */
export function hearOf(work: JourneyWork, event: CustomerEvent): void {
  const { customerId, cause } = event;
  if (!settlesSomething(event) || isHere(work.instancesOf(customerId), cause!.instanceId!)) return;
  const told = { ...seenEvent(event), cause: cause! };
  const context = work.context(customerId);
  if (mayBeOnTheWay(context, work.batch.now)) work.recent.add(customerId, told);
  for (const to of goneTo(context, work.batch.now))
    putDown(work, { ...NOTHING_MOVED, from: customerId, to, recent: [told] }, event);
}

/** Lets instances that have come take what was told of them before, once. */
export function catchUp(work: JourneyWork, customerId: CustomerId): void {
  const isOfUse = (id: string): boolean => isHere(work.instancesOf(customerId), id);
  const due = work.recent
    .of(customerId)
    .filter(({ cause }) => cause?.instanceId !== undefined && isOfUse(cause.instanceId));
  if (due.length === 0) return;
  for (const told of due) {
    const event = work.ownEvent(customerId, told);
    for (const { id } of work.instancesOf(customerId).filter((each) => isAbout(each, told.cause!.instanceId!)))
      work.decide(work.instance(customerId, id)!, { type: 'event', event }, eventCause(event));
  }
  work.recent.drop(customerId, (told) => due.includes(told));
}

/** Whether somebody has the instance, or one that waits for it. */
export function isHere(its: readonly Instance[], id: string): boolean {
  return its.some((each) => isAbout(each, id));
}

/** Of the instance, or of one that it waits for. */
function isAbout({ id, called }: Instance, of: string): boolean {
  return id === of || called?.instanceId === of;
}

function goneTo({ mergedInto, parted = [], mergedFrom = [] }: CustomerContext, now: EpochMs): CustomerId[] {
  if (mergedInto !== undefined) return [mergedInto];
  return parted
    .filter(({ id, at }) => !mergedFrom.includes(id) && Date.parse(at) + PARTED_MS > now)
    .map(({ id }) => id);
}

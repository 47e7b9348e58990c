/** R61: that somebody turned out to be somebody else, and that it is undone. */
import {
  mergeUndoRequestedPropertiesSchema,
  OWN_EVENTS,
  OWN_SOURCE,
  ownEvent,
  type CustomerEvent,
  type CustomerId,
  type EpochMs,
  type RawEvent,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { Merge } from '@waymark/ports';
import { hashId } from '@waymark/stream';

/** So long a merge can be undone, in milliseconds. */
const UNDO_MS = 30 * 86_400_000;

/** The merge that is to be undone by an event, if it says so and comes from the platform itself. */
export function mergeToUndo({ event, source, properties }: RawEvent): string | undefined {
  if (event !== OWN_EVENTS.mergeUndoRequested || source !== OWN_SOURCE) return undefined;
  return mergeUndoRequestedPropertiesSchema.safeParse(properties).data?.mergeId;
}

/** A merge as it is kept. */
export function madeMerge(
  { messageId, receivedAt }: RawEvent,
  { before, links }: Required<Pick<Merge, 'before'>> & Pick<Merge, 'links'>,
): Merge {
  const from = before.loser.id;
  const to = before.winner.id;
  const at = Date.parse(receivedAt);
  return { id: hashId('merge', from, to, messageId), from, to, at, undoUntil: at + UNDO_MS, links, before };
}

/** Whether a merge can be undone still: both are as it has left them, the one given up for the other, who is nobody else. */
export function canBeUndone(
  { to, undoUntil, undoneAt }: Merge,
  { survivor, given, asked }: { survivor: CustomerId; given: CustomerContext; asked: EpochMs },
): boolean {
  return undoneAt === undefined && asked <= undoUntil && to === survivor && given.mergedInto === survivor;
}

/** What the services that work for a customer hear when she is given up for another. */
export function merged(
  { messageId, timestamp, receivedAt }: RawEvent,
  loser: CustomerContext,
  into: CustomerId,
): CustomerEvent {
  return ownEvent({
    type: 'alias',
    messageId: hashId('merged', loser.id, into, messageId) as CustomerEvent['messageId'],
    customerId: loser.id,
    name: OWN_EVENTS.customerMerged,
    properties: { into },
    timestamp,
    receivedAt,
    contextVersion: loser.version + 1,
  });
}

/** And what those hear who work for the one from whom she parts. */
export function unmerged(
  { messageId, timestamp, receivedAt }: RawEvent,
  survivor: CustomerContext,
  { id, from }: Merge,
): CustomerEvent {
  return ownEvent({
    messageId: hashId('unmerged', id, messageId) as CustomerEvent['messageId'],
    customerId: survivor.id,
    name: OWN_EVENTS.customerMergeUndone,
    properties: { from, mergeId: id },
    timestamp,
    receivedAt,
    contextVersion: survivor.version,
  });
}

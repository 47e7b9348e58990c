import {
  OWN_EVENTS,
  ownEvent,
  type CustomerEvent,
  type CustomerId,
  type EpochMs,
  type MessageId,
  type RawEvent,
} from '@waymark/contracts';
import type { ScheduleChanges, ScheduleState } from '@waymark/ports';
import { hashId, type Batch } from '@waymark/stream';
import type { Loaded } from './loaded.js';
import type { Tick } from './plan-schedules.js';

/** Members told in one batch at most (P6). */
export const MEMBERS_MAX = 500;
/** So long an instant waits, at most, for records that were received before it: some producers' clocks are always late. */
const WAIT_MAX_MS = 60_000;

/** What a page of an instant's members makes. */
export interface Told {
  events: CustomerEvent[];
  changes: ScheduleChanges | undefined;
}

/** Tells a page of members that their instant has come, and moves the schedule on. */
export function tellMembers(batch: Batch<RawEvent>, loaded: Loaded, set: string): Told {
  const { begun, gone, tick } = loaded.plan;
  const isTold = tick !== undefined && !mustWait(batch, loaded, { set, dueAt: tick.dueAt });
  const kept = isTold ? [...begun, moved(tick, loaded.membersToTell)] : begun;
  return {
    events: isTold ? loaded.membersToTell.map((member) => dueEvent(tick, member, batch.now)) : [],
    changes: kept.length + gone.length === 0 ? undefined : { kept, gone },
  };
}

/** Who is a member at an instant is known when all that came before it was folded, and everybody evaluated. */
function mustWait(
  { records, now }: Batch<RawEvent>,
  { toEvaluate, people }: Loaded,
  { set, dueAt }: { set: string; dueAt: EpochMs },
): boolean {
  const isOpen = toEvaluate.some((id) => {
    const mark = people.get(id)?.mark;
    return mark !== undefined && (mark.set !== set || (mark.dueAt ?? Infinity) <= dueAt);
  });
  return isOpen || (now - dueAt < WAIT_MAX_MS && records.some(({ record }) => Date.parse(record.receivedAt) <= dueAt));
}

function moved({ dueAt, ...state }: Tick, members: Loaded['membersToTell']): ScheduleState {
  const last = members.at(-1);
  if (!last || members.length < MEMBERS_MAX) return { ...state, doneAt: dueAt, dueAt: undefined, after: undefined };
  return { ...state, dueAt, after: last.customerId };
}

function dueEvent(
  { journeyId, segmentId, dueAt }: Tick,
  { customerId, version }: { customerId: CustomerId; version: number },
  now: EpochMs,
): CustomerEvent {
  const at = new Date(now).toISOString();
  return ownEvent({
    messageId: hashId('schedule', journeyId, customerId, String(dueAt)) as MessageId,
    customerId,
    name: OWN_EVENTS.scheduleDue,
    properties: { journeyId, segmentId, dueAt: new Date(dueAt).toISOString() },
    timestamp: at,
    receivedAt: at,
    contextVersion: version,
  });
}

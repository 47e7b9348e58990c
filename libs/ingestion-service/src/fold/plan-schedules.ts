/**
 * When schedules are due in a partition.
 *
 *   (none) --begins--> done at that moment --an instant comes--> due, a page of members a batch --the last page--> done at the instant
 *
 * A rule begins when it is first seen, so that only instants after it count; another rule begins anew, once the instant in hand
 * is done. Of instants that passed while nobody looked the newest counts, once: nobody wants yesterday's digest behind today's.
 */
import type { EpochMs } from '@waymark/contracts';
import { lastCronInstant, nextCronInstant } from '@waymark/customer-context';
import type { ScheduleState } from '@waymark/ports';
import type { Schedule } from './definitions.js';

/** An instant of a schedule, of which members are told from a cursor on. */
export type Tick = ScheduleState & { dueAt: EpochMs };

export interface SchedulePlan {
  begun: ScheduleState[];
  /** Ids of journeys that have no schedule any more. */
  gone: string[];
  /** The earliest that is due; the others come in batches of their own. */
  tick: Tick | undefined;
}

export const NO_PLAN: SchedulePlan = { begun: [], gone: [], tick: undefined };

/** What there is to do with the schedules at a moment. */
export function planSchedules(
  schedules: readonly Schedule[],
  states: readonly ScheduleState[],
  now: EpochMs,
): SchedulePlan {
  const stateOf = new Map(states.map((state) => [state.journeyId, state]));
  const begun = schedules.filter((schedule) => begins(schedule, stateOf.get(schedule.journeyId)));
  const ticks = schedules.flatMap((schedule) => tickOf(schedule, stateOf.get(schedule.journeyId), now));
  const known = new Set(schedules.map(({ journeyId }) => journeyId));
  return {
    begun: begun.map(({ journeyId, cron, zone, segmentId }) => {
      return { journeyId, cron, zone, segmentId, doneAt: now, dueAt: undefined, after: undefined };
    }),
    gone: states.map(({ journeyId }) => journeyId).filter((journeyId) => !known.has(journeyId)),
    tick: ticks.sort((a, b) => a.dueAt - b.dueAt)[0],
  };
}

/** The next moment at which there is something to do; a moment long past where there is already. */
export function nextScheduleAt(schedules: readonly Schedule[], states: readonly ScheduleState[]): EpochMs | undefined {
  const stateOf = new Map(states.map((state) => [state.journeyId, state]));
  const known = new Set(schedules.map(({ journeyId }) => journeyId));
  if (states.some(({ journeyId }) => !known.has(journeyId))) return 0;
  const moments = schedules.map((schedule) => {
    const state = stateOf.get(schedule.journeyId);
    if (!state || begins(schedule, state)) return 0;
    return state.dueAt ?? nextCronInstant(schedule.rule, state.doneAt, schedule.zone) ?? Infinity;
  });
  const next = Math.min(...moments);
  return next === Infinity ? undefined : next;
}

function begins({ cron, zone, segmentId }: Schedule, state: ScheduleState | undefined): boolean {
  if (!state) return true;
  return state.dueAt === undefined && (state.cron !== cron || state.zone !== zone || state.segmentId !== segmentId);
}

function tickOf(schedule: Schedule, state: ScheduleState | undefined, now: EpochMs): Tick[] {
  if (!state || begins(schedule, state)) return [];
  const dueAt = state.dueAt ?? lastCronInstant(schedule.rule, now, schedule.zone);
  return dueAt !== undefined && dueAt > state.doneAt ? [{ ...state, dueAt }] : [];
}

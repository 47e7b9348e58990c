import type { EpochMs, WaitAnchor, WaitStep } from '@waymark/contracts';
import type { Run } from '../run.js';
import { STAY, type Move, type StepKind } from '../step-kind.js';
import {
  addDuration,
  dateInZone,
  inWords,
  negative,
  nextAnniversary,
  nextLocalTime,
  own,
  parseDuration,
} from '@waymark/customer-context';

/**
 * `wait`: leaves by `next` at a moment that is fixed on arrival and recomputed when the zone, the trait or the anchor it was
 * made from changes (R6). A moment already past is treated as `whenPast` says (R9).
 */
export const wait: StepKind<WaitStep> = {
  compile(_id, step) {
    return {
      keptBy: ['step'],
      enter: (run) => settle(run, step),
      onEvent: (run) => (targetOf(run, step) === run.instance.timers.step ? STAY : settle(run, step)),
      onTimer: () => ({ next: step.next }),
      rearm: (run) => settle(run, step),
    };
  },
  words(trace) {
    return trace.what === 'waiting' ? `waits until ${trace.words}` : undefined;
  },
};

function settle(run: Run, step: WaitStep): Move {
  const target = targetOf(run, step);
  if (target === undefined || target < run.now) {
    return step.whenPast === 'exit' ? { end: 'PAST' } : { next: step.next };
  }
  if (target === run.now) return { next: step.next };
  run.setTimer('step', target);
  run.say({
    what: 'waiting',
    stepId: run.instance.step,
    until: new Date(target).toISOString(),
    words: inWords(target, run.zone(step.zone)),
  });
  return STAY;
}

/** When the wait is over; undefined when the trait it needs is no date. */
function targetOf(run: Run, step: WaitStep): EpochMs | undefined {
  const zone = run.zone(step.zone);
  const start = startOf(run, step.from);
  const onClock = (day: EpochMs): EpochMs => nextLocalTime(day, { ...step, zone });
  if (typeof step.until === 'string') return past(run, step, onClock(Date.parse(step.until)));
  if (step.until) return untilTrait(run, step, step.until, onClock);
  const from = step.for === undefined ? start : addDuration(start, parseDuration(step.for), zone);
  return past(run, step, onClock(from));
}

/** The step's start, or the anchor; a message that was never handed over has none but the step's start. */
function startOf(run: Run, from: WaitAnchor | undefined): EpochMs {
  const arrived = run.stepStart;
  const memory = from && own(run.instance.steps, from.step);
  if (!memory) return arrived;
  const moment = (instant: string): EpochMs => Date.parse(instant) + run.frozenMs;
  if (from.at === 'scheduled') return moment(memory.at);
  if (from.at === 'delivered' && memory.deliveredAt !== undefined) return moment(memory.deliveredAt);
  if (memory.dispatchedAt === undefined) return arrived;
  const dispatched = moment(memory.dispatchedAt);
  return from.at === 'dispatched'
    ? dispatched
    : addDuration(dispatched, parseDuration(from.orAfter), run.zone(undefined));
}

function untilTrait(
  run: Run,
  step: WaitStep,
  until: { trait: string; offset?: string | undefined },
  onClock: (day: EpochMs) => EpochMs,
): EpochMs | undefined {
  const zone = run.zone(step.zone);
  const date = run.context.traits[until.trait];
  if (typeof date !== 'string') return undefined;
  const shift = (day: EpochMs): EpochMs => onClock(withOffset(day, until.offset, zone));
  const day = dateInZone(date, zone);
  if (day === undefined) return undefined;
  const target = shift(day);
  if (target >= reference(run) || step.whenPast !== 'nextOccurrence') return target;
  return nextAnniversary(date, reference(run), zone, shift);
}

/** Past is what was past when the wait was fixed: an event that comes between its moment and its timer puts nothing off. */
function reference(run: Run): EpochMs {
  return Math.min(run.now, run.instance.timers.step ?? Infinity);
}

/** What is past comes back at its next local time of day, if `nextOccurrence` asks for it. */
function past(run: Run, step: WaitStep, target: EpochMs): EpochMs {
  if (target >= reference(run) || step.whenPast !== 'nextOccurrence') return target;
  return nextLocalTime(reference(run), { ...step, zone: run.zone(step.zone) });
}

function withOffset(day: EpochMs, offset: string | undefined, zone: string): EpochMs {
  if (offset === undefined) return day;
  if (!offset.startsWith('-')) return addDuration(day, parseDuration(offset), zone);
  return addDuration(day, negative(parseDuration(offset.slice(1))), zone);
}

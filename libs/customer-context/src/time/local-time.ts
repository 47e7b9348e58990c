/**
 * Local time, by the zone's own rules (R6, R11). A local time inside a spring gap is the first valid instant after the
 * gap (not Temporal's `compatible`, which would shift it); in an autumn overlap it is the first of the two.
 */
import { WEEKDAYS, type EpochMs, type Weekday } from '@waymark/contracts';
import { Temporal } from 'temporal-polyfill';
import type { Duration } from './duration.js';

/** The zone used where none is known. */
const FALLBACK_ZONE = 'UTC';
/** An anniversary may be shifted by this many years at most, before or after. */
const SHIFT_YEARS_MAX = 10;
/** More days than this without a fitting one do not exist: a week, and a day lost to a zone change. */
const DAYS_TO_TRY = 9;

/** Whether the running platform knows a zone by this IANA name. */
export function isZone(zone: string): boolean {
  try {
    new Temporal.ZonedDateTime(0n, zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The zone if it is one, else UTC. */
export function zoneOrUtc(zone: string | undefined): string {
  return zone !== undefined && isZone(zone) ? zone : FALLBACK_ZONE;
}

/** A moment later by a duration: days and longer by the zone's calendar, hours and shorter exactly. */
export function addDuration(from: EpochMs, duration: Duration, zone: string): EpochMs {
  const { years, months, weeks, days, exactMs } = duration;
  if (years === 0 && months === 0 && weeks === 0 && days === 0) return from + exactMs;
  const local = at(from, zone).toPlainDateTime().add({ years, months, weeks, days });
  return instantOf(local, zone) + exactMs;
}

/** The first moment not before `from` with this local time of day on one of these weekdays. */
export function nextLocalTime(
  from: EpochMs,
  time: { at?: string; weekdays?: readonly Weekday[]; zone: string },
): EpochMs {
  const start = at(from, time.zone);
  if (time.at === undefined && fits(start.toPlainDate(), time.weekdays)) return from;
  const clock = Temporal.PlainTime.from(time.at ?? '00:00');
  let date = start.toPlainDate();
  for (let i = 0; i < DAYS_TO_TRY; i += 1) {
    const candidate = instantOf(date.toPlainDateTime(clock), time.zone);
    if (candidate >= from && fits(date, time.weekdays)) return candidate;
    date = date.add({ days: 1 });
  }
  return from;
}

/** The start of a local date (`YYYY-MM-DD…`) in a zone, or undefined if the text is no date. */
export function dateInZone(text: string, zone: string): EpochMs | undefined {
  const date = plainDate(text);
  return date && instantOf(date.toPlainDateTime(), zone);
}

/** The same day and month in the first year in which it is not before `from`; 29 February falls on the 28th in ordinary years. */
export function nextAnniversary(
  text: string,
  from: EpochMs,
  zone: string,
  shift: (day: EpochMs) => EpochMs,
): EpochMs | undefined {
  const date = plainDate(text);
  if (!date) return undefined;
  const thisYear = at(from, zone).year;
  for (let year = thisYear - SHIFT_YEARS_MAX; year <= thisYear + SHIFT_YEARS_MAX; year += 1) {
    const day = Temporal.PlainDate.from({ year, month: date.month, day: date.day }, { overflow: 'constrain' });
    const candidate = shift(instantOf(day.toPlainDateTime(), zone));
    if (candidate >= from) return candidate;
  }
  return undefined;
}

/** A moment in words: `Mon 30 Mar 2026 09:00 (Europe/Paris)`. */
export function inWords(moment: EpochMs, zone: string): string {
  const local = at(moment, zone);
  const two = (n: number): string => String(n).padStart(2, '0');
  const weekday = WEEKDAYS[local.dayOfWeek - 1]!;
  const day = weekday[0]!.toUpperCase() + weekday.slice(1);
  return `${day} ${local.day} ${MONTHS[local.month - 1]} ${local.year} ${two(local.hour)}:${two(local.minute)} (${zone})`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function at(moment: EpochMs, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone);
}

function plainDate(text: string): Temporal.PlainDate | undefined {
  const match = /^\d{4}-\d{2}-\d{2}/.exec(text);
  try {
    return match ? Temporal.PlainDate.from(match[0]) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function fits(date: Temporal.PlainDate, weekdays: readonly Weekday[] | undefined): boolean {
  return weekdays === undefined || weekdays.includes(WEEKDAYS[date.dayOfWeek - 1]!);
}

/** The instant of a local time by R11. */
export function instantOf(local: Temporal.PlainDateTime, zone: string): EpochMs {
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const isInGap = !earlier.toPlainDateTime().equals(local);
  const valid = isInGap ? (earlier.getTimeZoneTransition('next') ?? earlier) : earlier;
  return valid.epochMilliseconds;
}

import { WEEKDAYS, type EpochMs, type Weekday } from '@waymark/contracts';
import { Temporal } from 'temporal-polyfill';
import { instantOf } from './local-time.js';

/** A span of local time on certain weekdays: `from` included, `to` not; not after `from` it is of the next day. */
export interface DayWindow {
  days: readonly Weekday[];
  from: string;
  to: string;
}

/** When the window that covers this moment ends, or undefined outside all of them. A window belongs to the day it begins (R29). */
export function windowEnd(now: EpochMs, windows: readonly DayWindow[], zone: string): EpochMs | undefined {
  const today = local(now, zone).toPlainDate();
  for (const date of [today.subtract({ days: 1 }), today]) {
    for (const { days, from, to } of windows) {
      if (!days.includes(WEEKDAYS[date.dayOfWeek - 1]!)) continue;
      const start = instantOf(date.toPlainDateTime(Temporal.PlainTime.from(from)), zone);
      const endDate = to > from ? date : date.add({ days: 1 });
      const end = instantOf(endDate.toPlainDateTime(Temporal.PlainTime.from(to)), zone);
      if (start <= now && now < end) return end;
    }
  }
  return undefined;
}

/** The start of the day, week or month that a moment is in. */
export function periodStart(now: EpochMs, period: 'day' | 'week' | 'month', zone: string, weekStart: Weekday): EpochMs {
  const date = local(now, zone).toPlainDate();
  const intoWeek = (date.dayOfWeek - 1 - WEEKDAYS.indexOf(weekStart) + 7) % 7;
  const back = { day: 0, week: intoWeek, month: date.day - 1 }[period];
  return instantOf(date.subtract({ days: back }).toPlainDateTime(), zone);
}

/** The start of the period after the one a moment is in. */
export function nextPeriodStart(
  now: EpochMs,
  period: 'day' | 'week' | 'month',
  zone: string,
  weekStart: Weekday,
): EpochMs {
  const start = local(periodStart(now, period, zone, weekStart), zone).toPlainDate();
  return instantOf(start.add({ [`${period}s`]: 1 }).toPlainDateTime(), zone);
}

function local(moment: EpochMs, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone);
}

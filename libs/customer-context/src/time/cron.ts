/**
 * Cron on the clock of a zone, by R11: a minute inside a spring gap is the first valid instant after the gap, and several
 * of them are one; in an autumn overlap the first of the two counts, once. As in cron, where day of month and weekday are both
 * restricted, either is enough.
 */
import type { EpochMs } from '@waymark/contracts';
import { CronExpressionParser } from 'cron-parser';
import { Temporal } from 'temporal-polyfill';
import { instantOf } from './local-time.js';

/** Minutes, hours and days at which a schedule is due; numbers are sorted. */
export interface Cron {
  minutes: readonly number[];
  hours: readonly number[];
  /** 1 to 31; undefined where every day will do. */
  daysOfMonth: readonly number[] | undefined;
  months: readonly number[];
  /** 0 is Sunday; undefined where every weekday will do. */
  weekdays: readonly number[] | undefined;
}

/** Why a text is no cron expression; `column` counts from 0 in it. */
export interface CronProblem {
  problem: string;
  column: number;
}

const FIELDS = ['minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;
const WORDS = { minute: 'minute', hour: 'hour', dayOfMonth: 'day of the month', month: 'month', dayOfWeek: 'weekday' };
const RIGHT = `cron has five fields: ${Object.values(WORDS).join(', ')}, such as "0 9 * * mon"`;
/** Numbers, names, lists, ranges and steps: what every cron knows and means the same by. */
const PART = String.raw`(?:\*|(?:\d{1,2}|[a-z]{3})(?:-(?:\d{1,2}|[a-z]{3}))?)(?:\/\d{1,2})?`;
const FIELD = new RegExp(`^${PART}(?:,${PART})*$`, 'i');
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** One 29 February comes eight years after another at most. */
const DAYS_TO_TRY = 8 * 366;

/** Reads five fields; what is wrong with them is told with what would be right. */
export function parseCron(text: string): Cron | CronProblem {
  const found = [...text.matchAll(/\S+/g)].map((match) => ({ field: match[0], column: match.index }));
  if (found.length !== FIELDS.length)
    return { problem: `"${text}" has ${found.length} field${found.length === 1 ? '' : 's'}; ${RIGHT}`, column: 0 };
  const values: number[][] = [];
  for (const [i, { field, column }] of found.entries()) {
    const read = valuesOf(field, FIELDS[i]!);
    if (typeof read === 'string') return { problem: `the ${WORDS[FIELDS[i]!]} "${field}" ${read}; ${RIGHT}`, column };
    values.push(read);
  }
  const [minutes, hours, days, months, weekdays] = values as [number[], number[], number[], number[], number[]];
  const daysOfMonth = days.length === 31 ? undefined : days;
  const anyWeekday = weekdays.length === 7;
  if (anyWeekday && !months.some((month) => days[0]! <= LONGEST_MONTHS[month - 1]!))
    return { problem: `no such month has a day ${found[2]!.field}; ${RIGHT}`, column: found[2]!.column };
  return { minutes, hours, daysOfMonth, months, weekdays: anyWeekday ? undefined : weekdays };
}

/** The first instant after a moment. */
export function nextCronInstant(cron: Cron, after: EpochMs, zone: string): EpochMs | undefined {
  const first = dateOf(after, zone).subtract({ days: 1 });
  for (let i = 0; i < DAYS_TO_TRY; i += 1) {
    const day = new Day(cron, first.add({ days: i }), zone);
    const next = day.after(after);
    if (next < day.length) return day.instant(next);
  }
  return undefined;
}

/** The last instant that is not after a moment. */
export function lastCronInstant(cron: Cron, upTo: EpochMs, zone: string): EpochMs | undefined {
  const last = dateOf(upTo, zone).add({ days: 1 });
  for (let i = 0; i < DAYS_TO_TRY; i += 1) {
    const day = new Day(cron, last.subtract({ days: i }), zone);
    const next = day.after(upTo);
    if (next > 0) return day.instant(next - 1);
  }
  return undefined;
}

/** The instants of one local date, in order: as many as minutes of the clock, of which a gap makes some the same. */
class Day {
  readonly #cron: Cron;
  readonly #date: Temporal.PlainDate;
  readonly #zone: string;
  readonly length: number;

  constructor(cron: Cron, date: Temporal.PlainDate, zone: string) {
    this.#cron = cron;
    this.#date = date;
    this.#zone = zone;
    this.length = isDay(cron, date) ? cron.hours.length * cron.minutes.length : 0;
  }

  instant(index: number): EpochMs {
    const { hours, minutes } = this.#cron;
    const hour = hours[Math.floor(index / minutes.length)]!;
    return instantOf(this.#date.toPlainDateTime({ hour, minute: minutes[index % minutes.length]! }), this.#zone);
  }

  /** The index of the first instant after a moment. */
  after(moment: EpochMs): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.instant(middle) > moment) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isDay({ daysOfMonth, months, weekdays }: Cron, { day, month, dayOfWeek }: Temporal.PlainDate): boolean {
  if (!months.includes(month)) return false;
  const byDay = daysOfMonth?.includes(day);
  const byWeekday = weekdays?.includes(dayOfWeek % 7);
  return byDay === undefined || byWeekday === undefined ? (byDay ?? byWeekday ?? true) : byDay || byWeekday;
}

/** The numbers a field stands for, sorted, or what is wrong with it. */
function valuesOf(field: string, of: (typeof FIELDS)[number]): number[] | string {
  if (!FIELD.test(field)) return 'is not made of numbers, names, *, lists, ranges and steps';
  try {
    const text = FIELDS.map((each) => (each === of ? field : '*')).join(' ');
    const values = CronExpressionParser.parse(text).fields[of].values.map(Number);
    return [...new Set(of === 'dayOfWeek' ? values.map((value) => value % 7) : values)].sort((a, b) => a - b);
  } catch (error) {
    return `is not right: ${(error as Error).message}`;
  }
}

function dateOf(moment: EpochMs, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone).toPlainDate();
}

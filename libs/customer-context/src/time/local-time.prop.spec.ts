import { describe, expect, it } from '@jest/globals';
import { WEEKDAYS, type EpochMs, type Weekday } from '@waymark/contracts';
import fc from 'fast-check';
import { parseDuration } from './duration.js';
import { addDuration, nextAnniversary, nextLocalTime } from './local-time.js';

const QUARTER = 15 * 60_000;
const DAY = 96 * QUARTER;

/** Zones with every kind of change: an hour, half an hour, at midnight, none; all in steps of quarters. */
const zone = fc.constantFrom(
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
);
/** Often near a change of the clocks. */
const moment = fc
  .oneof(
    fc.integer({ min: Date.parse('2024-01-01') / QUARTER, max: Date.parse('2028-01-01') / QUARTER }),
    fc
      .tuple(
        fc.constantFrom('2026-03-29', '2026-03-08', '2026-04-05', '2026-04-24', '2026-09-06', '2026-10-04'),
        fc.integer({ min: -400, max: 400 }),
      )
      .map(([day, quarters]) => Date.parse(day) / QUARTER + quarters),
    fc
      .tuple(
        fc.constantFrom('2026-10-25', '2026-11-01', '2026-10-30', '2026-04-05'),
        fc.integer({ min: -400, max: 400 }),
      )
      .map(([day, quarters]) => Date.parse(day) / QUARTER + quarters),
  )
  .map((quarters) => quarters * QUARTER);
const two = (n: number): string => String(n).padStart(2, '0');
const clock = fc.tuple(fc.nat(23), fc.nat(3)).map(([hour, quarter]) => `${two(hour)}:${two(quarter * 15)}`);
const weekdays = fc.option(fc.subarray([...WEEKDAYS], { minLength: 1 }), { nil: undefined });

/** What the platform's own clock reads, independent of the library under test: `2026-03-29T02:30`. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
function wallClock(at: EpochMs, of: string): string {
  let format = FORMATS.get(of);
  if (!format) {
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    FORMATS.set(of, (format = new Intl.DateTimeFormat('sv-SE', { ...digits, timeZone: of })));
  }
  return format.format(at).replace(' ', 'T');
}

/** R11 in other words: the first quarter at which the wall clock reads this time of that day or later. */
function firstReading(reading: string, of: string): EpochMs {
  let at = Date.parse(`${reading}Z`) - DAY;
  while (wallClock(at, of) < reading) at += QUARTER;
  return at;
}

function slowNextLocalTime(from: EpochMs, at: string, days: readonly Weekday[], of: string): EpochMs {
  for (let date = Date.parse(wallClock(from, of).slice(0, 10)); ; date += DAY) {
    const day = new Date(date);
    if (!days.includes(WEEKDAYS[(day.getUTCDay() + 6) % 7]!)) continue;
    const candidate = firstReading(`${day.toISOString().slice(0, 10)}T${at}`, of);
    if (candidate >= from) return candidate;
  }
}

describe('nextLocalTime', () => {
  it('R11: is the first moment, not before the given one, at which the wall clock first reads that time', () => {
    fc.assert(
      fc.property(moment, clock, weekdays, zone, (from, at, days, of) => {
        const found = nextLocalTime(from, { at, zone: of, ...(days && { weekdays: days }) });
        expect(found).toBeGreaterThanOrEqual(from);
        expect(found).toBe(slowNextLocalTime(from, at, days ?? WEEKDAYS, of));
      }),
      { numRuns: 300 },
    );
  });

  it('asked again at its own answer it gives the same, and a millisecond later another day', () => {
    fc.assert(
      fc.property(moment, clock, weekdays, zone, (from, at, days, of) => {
        const time = { at, zone: of, ...(days && { weekdays: days }) };
        const found = nextLocalTime(from, time);
        expect(nextLocalTime(found, time)).toBe(found);
        expect(wallClock(nextLocalTime(found + 1, time), of).slice(0, 10)).not.toBe(wallClock(found, of).slice(0, 10));
      }),
      { numRuns: 300 },
    );
  });
});

describe('addDuration', () => {
  const duration = fc
    .tuple(fc.nat(2), fc.nat(14), fc.nat(40), fc.nat(100))
    .map(([years, months, days, minutes]) => parseDuration(`P${years}Y${months}M${days}DT${minutes}M`));

  it('never goes back; without days it is exact, with days the wall clock reads the same unless that time is lost', () => {
    fc.assert(
      fc.property(moment, duration, zone, (from, by, of) => {
        const until = addDuration(from, by, of);
        expect(until).toBeGreaterThanOrEqual(from);
        if (by.years + by.months + by.days === 0) return expect(until).toBe(from + by.exactMs);
        const reading = wallClock(until - by.exactMs, of);
        expect(until - by.exactMs).toBe(firstReading(`${reading.slice(0, 10)}T${wallClock(from, of).slice(11)}`, of));
      }),
      { numRuns: 300 },
    );
  });
});

describe('nextAnniversary', () => {
  it('R6: is the day of the month, or the last of it, within a year and never before the given moment', () => {
    const birthday = fc.oneof(
      fc.integer({ min: Date.parse('1940-01-01') / DAY, max: Date.parse('2020-12-31') / DAY }),
      fc.constant(Date.parse('2000-02-29') / DAY),
    );
    fc.assert(
      fc.property(birthday, moment, zone, (day, from, of) => {
        const text = new Date(day * DAY).toISOString().slice(0, 10);
        const found = nextAnniversary(text, from, of, (each) => each)!;
        expect(found).toBeGreaterThanOrEqual(from);
        expect(found - from).toBeLessThanOrEqual(367 * DAY);
        const reading = wallClock(found, of).slice(5, 10);
        const isMoved = text.endsWith('02-29') && !isLeapYear(wallClock(found, of));
        expect(reading).toBe(isMoved ? '02-28' : text.slice(5));
      }),
      { numRuns: 300 },
    );
  });
});

function isLeapYear(reading: string): boolean {
  return new Date(Date.UTC(Number(reading.slice(0, 4)), 1, 29)).getUTCDate() === 29;
}

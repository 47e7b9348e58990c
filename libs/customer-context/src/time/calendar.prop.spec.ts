import { describe, expect, it } from '@jest/globals';
import { WEEKDAYS } from '@waymark/contracts';
import fc from 'fast-check';
import { nextPeriodStart, periodStart, windowEnd, type DayWindow } from './calendar.js';

const HOUR = 3_600_000;

const zone = fc.constantFrom(
  'UTC',
  'Europe/Paris',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
);
const moment = fc.oneof(
  fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2028-01-01') }),
  fc
    .tuple(
      fc.constantFrom('2026-03-29', '2026-04-05', '2026-04-24', '2026-09-06', '2026-10-25', '2026-10-30', '2026-11-01'),
      fc.integer({ min: -50 * HOUR, max: 50 * HOUR }),
    )
    .map(([day, offset]) => Date.parse(day) + offset),
);
const weekday = fc.constantFrom(...WEEKDAYS);
const two = (n: number): string => String(n).padStart(2, '0');
const clock = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`);

describe('periods', () => {
  it('R34: every moment is in exactly one, which begins at or before it and ends where the next begins', () => {
    fc.assert(
      fc.property(moment, fc.constantFrom('day', 'week', 'month'), zone, weekday, (now, period, of, weekStart) => {
        const start = periodStart(now, period, of, weekStart);
        const next = nextPeriodStart(now, period, of, weekStart);
        expect(start).toBeLessThanOrEqual(now);
        expect(next).toBeGreaterThan(now);
        expect(periodStart(start, period, of, weekStart)).toBe(start);
        expect(periodStart(next - 1, period, of, weekStart)).toBe(start);
        expect(periodStart(next, period, of, weekStart)).toBe(next);
      }),
      { numRuns: 500 },
    );
  });
});

describe('windowEnd', () => {
  const window: fc.Arbitrary<DayWindow> = fc.record({
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    from: clock,
    to: clock,
  });

  it('R29: is after the moment, at most 25 hours on, and the same until then', () => {
    fc.assert(
      fc.property(moment, window, zone, fc.double({ min: 0, max: 1, noNaN: true }), (now, each, of, share) => {
        const end = windowEnd(now, [each], of);
        if (end === undefined) return;
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(25 * HOUR);
        expect(windowEnd(now + Math.floor((end - now - 1) * share), [each], of)).toBe(end);
      }),
      { numRuns: 500 },
    );
  });

  it('R29: a window and the rest of the day leave no moment out and share none', () => {
    fc.assert(
      fc.property(moment, clock, clock, zone, (now, from, to, of) => {
        fc.pre(from !== to);
        const closed = windowEnd(now, [{ days: WEEKDAYS, from, to }], of);
        const open = windowEnd(now, [{ days: WEEKDAYS, from: to, to: from }], of);
        expect([closed, open].filter((end) => end !== undefined)).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});

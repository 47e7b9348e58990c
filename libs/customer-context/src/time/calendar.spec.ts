import { describe, expect, it } from '@jest/globals';
import { WEEKDAYS, type Weekday } from '@waymark/contracts';
import { nextPeriodStart, periodStart, windowEnd, type DayWindow } from './calendar.js';

const iso = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString().replace('.000Z', 'Z');

const NIGHTS: DayWindow = { days: WEEKDAYS, from: '22:00', to: '08:00' };
const end = (now: string, windows: DayWindow[], zone = 'Europe/Paris'): string | undefined =>
  iso(windowEnd(Date.parse(now), windows, zone));

describe('R29: windowEnd', () => {
  it.each([
    ['from is included', '2026-05-06T20:00:00Z', '2026-05-07T06:00:00Z'],
    ['just before it', '2026-05-06T19:59:59Z', undefined],
    ['after midnight, a window of yesterday', '2026-05-06T22:30:00Z', '2026-05-07T06:00:00Z'],
    ['to is not included', '2026-05-07T06:00:00Z', undefined],
    ['at noon', '2026-05-07T10:00:00Z', undefined],
    ['over a spring change', '2026-03-28T21:00:00Z', '2026-03-29T06:00:00Z'],
    ['over an autumn change', '2026-10-24T20:00:00Z', '2026-10-25T07:00:00Z'],
  ])('%s', (_, now, expected) => {
    expect(end(now, [NIGHTS])).toBe(expected);
  });

  it('belongs to the day it begins', () => {
    const fridays: DayWindow = { ...NIGHTS, days: ['fri'] };
    expect(end('2026-05-09T05:00:00Z', [fridays])).toBe('2026-05-09T06:00:00Z');
    expect(end('2026-05-08T05:00:00Z', [fridays])).toBeUndefined();
    expect(end('2026-05-09T21:00:00Z', [fridays])).toBeUndefined();
  });

  it('R11: from and to inside a gap are the first instant after it', () => {
    const early: DayWindow = { days: WEEKDAYS, from: '01:00', to: '02:30' };
    expect(end('2026-03-29T00:30:00Z', [early])).toBe('2026-03-29T01:00:00Z');
    expect(end('2026-03-29T01:00:00Z', [{ ...early, from: '02:15', to: '04:00' }])).toBe('2026-03-29T02:00:00Z');
  });

  it('R11: to inside an overlap is the first of the two', () => {
    const early: DayWindow = { days: WEEKDAYS, from: '01:00', to: '02:30' };
    expect(end('2026-10-25T00:15:00Z', [early])).toBe('2026-10-25T00:30:00Z');
    expect(end('2026-10-25T00:30:00Z', [early])).toBeUndefined();
  });

  it('the same from and to are a whole day', () => {
    const mondays: DayWindow = { days: ['mon'], from: '00:00', to: '00:00' };
    expect(end('2026-05-04T11:00:00Z', [mondays], 'UTC')).toBe('2026-05-05T00:00:00Z');
    expect(end('2026-05-05T00:00:00Z', [mondays], 'UTC')).toBeUndefined();
  });

  it('of several windows one that covers the moment', () => {
    const noon: DayWindow = { days: WEEKDAYS, from: '12:00', to: '13:00' };
    expect(end('2026-05-06T10:30:00Z', [NIGHTS, noon])).toBe('2026-05-06T11:00:00Z');
    expect(end('2026-05-06T10:30:00Z', [])).toBeUndefined();
  });
});

describe('periods', () => {
  it.each<['day' | 'week' | 'month', string, Weekday, string, string]>([
    ['day', 'Europe/Paris', 'mon', '2026-05-05T22:00:00Z', '2026-05-06T22:00:00Z'],
    ['week', 'Europe/Paris', 'mon', '2026-05-03T22:00:00Z', '2026-05-10T22:00:00Z'],
    ['week', 'Europe/Paris', 'sun', '2026-05-02T22:00:00Z', '2026-05-09T22:00:00Z'],
    ['week', 'Europe/Paris', 'thu', '2026-05-06T22:00:00Z', '2026-05-13T22:00:00Z'],
    ['month', 'Europe/Paris', 'mon', '2026-04-30T22:00:00Z', '2026-05-31T22:00:00Z'],
    ['month', 'America/New_York', 'mon', '2026-05-01T04:00:00Z', '2026-06-01T04:00:00Z'],
  ])('R38: the %s in %s with weeks from %s', (period, zone, weekStart, start, next) => {
    const now = Date.parse(weekStart === 'thu' ? '2026-05-06T22:30:00Z' : '2026-05-06T09:00:00Z');
    expect(iso(periodStart(now, period, zone, weekStart))).toBe(start);
    expect(iso(nextPeriodStart(now, period, zone, weekStart))).toBe(next);
  });

  it('a day that has no midnight begins after the gap', () => {
    const noon = Date.parse('2026-04-24T09:00:00Z');
    expect(iso(periodStart(noon, 'day', 'Africa/Cairo', 'mon'))).toBe('2026-04-23T22:00:00Z');
    expect(iso(nextPeriodStart(noon, 'day', 'Africa/Cairo', 'mon'))).toBe('2026-04-24T21:00:00Z');
  });
});

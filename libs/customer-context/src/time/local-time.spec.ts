import { describe, expect, it } from '@jest/globals';
import type { Weekday } from '@waymark/contracts';
import { parseDuration } from './duration.js';
import { addDuration, dateInZone, inWords, isZone, nextAnniversary, nextLocalTime, zoneOrUtc } from './local-time.js';

const iso = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString().replace('.000Z', 'Z');
const next = (from: string, at: string | undefined, zone: string, weekdays?: Weekday[]): string | undefined =>
  iso(nextLocalTime(Date.parse(from), { zone, ...(at !== undefined && { at }), ...(weekdays && { weekdays }) }));

describe('R11: a local time inside a spring gap', () => {
  it.each([
    ['Europe/Paris, 02:00 to 03:00', 'Europe/Paris', '02:30', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['its first minute', 'Europe/Paris', '02:00', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['its last minute', 'Europe/Paris', '02:59', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['America/New_York, 02:00 to 03:00', 'America/New_York', '02:15', '2026-03-07T12:00:00Z', '2026-03-08T07:00:00Z'],
    ['Africa/Cairo, 00:00 to 01:00', 'Africa/Cairo', '00:00', '2026-04-23T12:00:00Z', '2026-04-23T22:00:00Z'],
    ['America/Santiago, 00:00 to 01:00', 'America/Santiago', '00:30', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00Z'],
    ['Lord Howe, half an hour', 'Australia/Lord_Howe', '02:15', '2026-10-03T00:00:00Z', '2026-10-03T15:30:00Z'],
  ])('runs at the first valid instant after it: %s', (_, zone, at, from, expected) => {
    expect(next(from, at, zone)).toBe(expected);
  });

  it('does not move what is just outside of it', () => {
    expect(next('2026-03-28T12:00:00Z', '01:59', 'Europe/Paris')).toBe('2026-03-29T00:59:00Z');
    expect(next('2026-03-28T12:00:00Z', '03:00', 'Europe/Paris')).toBe('2026-03-29T01:00:00Z');
  });

  it('has run when the gap is over: the next is tomorrow at its own time', () => {
    expect(next('2026-03-29T01:00:00Z', '02:30', 'Europe/Paris')).toBe('2026-03-29T01:00:00Z');
    expect(next('2026-03-29T01:00:01Z', '02:30', 'Europe/Paris')).toBe('2026-03-30T00:30:00Z');
  });
});

describe('R11: a local time inside an autumn overlap', () => {
  it.each([
    ['Europe/Paris', '02:30', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ['America/New_York', '01:30', '2026-10-31T12:00:00Z', '2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z'],
    ['America/Havana', '00:30', '2026-10-31T12:00:00Z', '2026-11-01T04:30:00Z', '2026-11-02T05:30:00Z'],
    ['Australia/Lord_Howe', '01:45', '2026-04-04T00:00:00Z', '2026-04-04T14:45:00Z', '2026-04-05T15:15:00Z'],
  ])('runs at the first of the two, once: %s', (zone, at, from, first, tomorrow) => {
    expect(next(from, at, zone)).toBe(first);
    expect(next(first, at, zone)).toBe(first);
    expect(next(first.replace(':00Z', ':01Z'), at, zone)).toBe(tomorrow);
  });
});

describe('nextLocalTime', () => {
  it.each([
    ['the same moment is now', '2026-05-06T09:00:00Z', '09:00', undefined, '2026-05-06T09:00:00Z'],
    ['today, later', '2026-05-06T08:00:00Z', '09:00', undefined, '2026-05-06T09:00:00Z'],
    ['tomorrow, when today is over', '2026-05-06T09:00:01Z', '09:00', undefined, '2026-05-07T09:00:00Z'],
    ['the next weekday that fits', '2026-05-06T08:00:00Z', '09:00', ['mon', 'fri'], '2026-05-08T09:00:00Z'],
    ['a week on, when today fits and is over', '2026-05-06T10:00:00Z', '09:00', ['wed'], '2026-05-13T09:00:00Z'],
    ['without a time, now if today fits', '2026-05-06T10:11:12Z', undefined, ['wed'], '2026-05-06T10:11:12Z'],
    [
      'without a time, the start of a day that fits',
      '2026-05-06T10:11:12Z',
      undefined,
      ['sun'],
      '2026-05-10T00:00:00Z',
    ],
    ['without either, now', '2026-05-06T10:11:12Z', undefined, undefined, '2026-05-06T10:11:12Z'],
  ])('%s', (_, from, at, weekdays, expected) => {
    expect(next(from, at, 'UTC', weekdays as Weekday[] | undefined)).toBe(expected);
  });

  it('goes by the weekday there and not here', () => {
    expect(next('2026-05-10T20:00:00Z', '09:00', 'Pacific/Auckland', ['mon'])).toBe('2026-05-10T21:00:00Z');
  });
});

describe('addDuration', () => {
  it.each([
    ['days by the calendar, over a spring change', '2026-03-28T08:00:00Z', 'P1D', '2026-03-29T07:00:00Z'],
    ['hours exactly, over a spring change', '2026-03-28T08:00:00Z', 'PT24H', '2026-03-29T08:00:00Z'],
    ['into a gap', '2026-03-28T01:30:00Z', 'P1D', '2026-03-29T01:00:00Z'],
    ['into an overlap', '2026-10-24T00:30:00Z', 'P1D', '2026-10-25T00:30:00Z'],
    ['the calendar first, then the hours', '2026-03-28T08:00:00Z', 'P1DT1H', '2026-03-29T08:00:00Z'],
    ['a month from the 31st', '2026-01-31T11:00:00Z', 'P1M', '2026-02-28T11:00:00Z'],
    ['a year from 29 February', '2024-02-29T11:00:00Z', 'P1Y', '2025-02-28T11:00:00Z'],
    ['nothing, in the second half of an overlap', '2026-10-25T01:30:00Z', 'PT0S', '2026-10-25T01:30:00Z'],
  ])('%s', (_, from, duration, expected) => {
    expect(iso(addDuration(Date.parse(from), parseDuration(duration), 'Europe/Paris'))).toBe(expected);
  });
});

describe('dateInZone', () => {
  it.each([
    ['2026-05-06', 'America/New_York', '2026-05-06T04:00:00Z'],
    ['2026-05-06T23:00:00Z', 'UTC', '2026-05-06T00:00:00Z'],
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00Z'],
    ['2026-02-29', 'UTC', undefined],
    ['2026-13-01', 'UTC', undefined],
    ['6 May 2026', 'UTC', undefined],
    ['', 'UTC', undefined],
  ])('%j in %s is %s', (text, zone, expected) => {
    expect(iso(dateInZone(text, zone))).toBe(expected);
  });
});

describe('nextAnniversary', () => {
  const anniversary = (text: string, from: string, shift = (day: number): number => day): string | undefined =>
    iso(nextAnniversary(text, Date.parse(from), 'UTC', shift));
  const DAY = 24 * 3_600_000;

  it.each([
    ['this year', '1990-06-01', '2026-05-06T00:00:00Z', '2026-06-01T00:00:00Z'],
    ['the day itself', '1990-05-06', '2026-05-06T00:00:00Z', '2026-05-06T00:00:00Z'],
    ['next year, when it is over', '1990-05-06', '2026-05-06T00:00:01Z', '2027-05-06T00:00:00Z'],
    ['R6: 29 February in an ordinary year', '2000-02-29', '2026-01-01T00:00:00Z', '2026-02-28T00:00:00Z'],
    ['R6: 29 February in a leap year', '2000-02-29', '2028-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['R6: 29 February, when the 28th is over', '2000-02-29', '2027-02-28T00:00:01Z', '2028-02-29T00:00:00Z'],
  ])('%s', (_, text, from, expected) => {
    expect(anniversary(text, from)).toBe(expected);
  });

  it('a shift may carry it into another year', () => {
    expect(anniversary('1990-01-02', '2026-12-01T00:00:00Z', (day) => day - 10 * DAY)).toBe('2026-12-23T00:00:00Z');
    expect(anniversary('1990-12-30', '2026-01-01T00:00:00Z', (day) => day + 10 * DAY)).toBe('2026-01-09T00:00:00Z');
  });

  it('a shift by years finds the next one all the same', () => {
    const YEARS = 5 * 365.25 * DAY;
    expect(anniversary('1990-05-06', '2026-01-01T00:00:00Z', (day) => day + YEARS)).toBe('2026-05-06T06:00:00Z');
    expect(anniversary('1990-05-06', '2026-01-01T00:00:00Z', (day) => day - YEARS)).toBe('2026-05-05T18:00:00Z');
  });

  it('of text that is no date there is none', () => {
    expect(anniversary('soon', '2026-01-01T00:00:00Z')).toBeUndefined();
  });
});

describe('zones', () => {
  it.each([
    ['Europe/Paris', true],
    ['UTC', true],
    ['Europe/Atlantis', false],
    ['', false],
    ['customer', false],
  ])('%j is one: %s', (zone, expected) => {
    expect(isZone(zone)).toBe(expected);
    expect(zoneOrUtc(zone)).toBe(expected ? zone : 'UTC');
  });

  it('without one it is UTC', () => {
    expect(zoneOrUtc(undefined)).toBe('UTC');
  });
});

describe('inWords', () => {
  it('says a moment as a marketer reads it', () => {
    expect(inWords(Date.parse('2026-03-30T07:05:00Z'), 'Europe/Paris')).toBe('Mon 30 Mar 2026 09:05 (Europe/Paris)');
  });
});

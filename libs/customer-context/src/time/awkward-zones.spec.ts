/**
 * Zones that break what one assumes of clocks. The expected instants are worked out by hand from the rules of the IANA
 * database that stand beside them; that the running platform has these rules is asserted by its own `Intl` first.
 */
import { describe, expect, it } from '@jest/globals';
import type { Weekday } from '@waymark/contracts';
import { nextPeriodStart, periodStart, windowEnd } from './calendar.js';
import { parseDuration } from './duration.js';
import { addDuration, dateInZone, nextAnniversary, nextLocalTime } from './local-time.js';

const iso = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString().replace('.000Z', 'Z');
const next = (zone: string, from: string, at: string, weekdays?: Weekday[]): string | undefined =>
  iso(nextLocalTime(Date.parse(from), { zone, at, ...(weekdays && { weekdays }) }));
const later = (zone: string, from: string, duration: string): string | undefined =>
  iso(addDuration(Date.parse(from), parseDuration(duration), zone));

function offsetAt(zone: string, moment: number): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(moment);
  const { value } = parts.find(({ type }) => type === 'timeZoneName')!;
  return value === 'GMT' ? '+00:00' : value.replace('GMT', '');
}

describe('the rules that the expectations below go by', () => {
  it.each([
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '+11:00', '+10:30'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', '+10:30', '+11:00'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '-10:00', '+14:00'],
    ['Asia/Kathmandu', '1985-12-31T18:30:00Z', '+05:30', '+05:45'],
    ['Africa/Casablanca', '2026-02-15T02:00:00Z', '+01:00', '+00:00'],
    ['Africa/Casablanca', '2026-03-22T02:00:00Z', '+00:00', '+01:00'],
    ['Antarctica/Troll', '2026-03-29T01:00:00Z', '+00:00', '+02:00'],
    ['Antarctica/Troll', '2026-10-25T01:00:00Z', '+02:00', '+00:00'],
    ['America/Sao_Paulo', '2018-11-04T03:00:00Z', '-03:00', '-02:00'],
    ['America/Sao_Paulo', '2019-02-17T02:00:00Z', '-02:00', '-03:00'],
    ['Asia/Gaza', '2025-04-12T00:00:00Z', '+02:00', '+03:00'],
    ['Asia/Gaza', '2025-10-24T23:00:00Z', '+03:00', '+02:00'],
  ])('%s changes at %s from %s to %s', (zone, moment, before, after) => {
    const at = Date.parse(moment);
    expect([offsetAt(zone, at - 1), offsetAt(zone, at)]).toEqual([before, after]);
  });
});

describe('R11: Australia/Lord_Howe changes by half an hour', () => {
  // From +10:30 to +11:00 on the first Sunday of October at 02:00, back on the first Sunday of April at 02:00.
  it.each([
    ['02:15 is inside the gap, which ends at 02:30', '2026-10-03T10:00:00Z', '02:15', '2026-10-03T15:30:00Z'],
    ['02:30 is just after it', '2026-10-03T10:00:00Z', '02:30', '2026-10-03T15:30:00Z'],
    ['01:59 is just before it', '2026-10-03T10:00:00Z', '01:59', '2026-10-03T15:29:00Z'],
    ['01:30 comes twice, and the first is meant', '2026-04-04T10:00:00Z', '01:30', '2026-04-04T14:30:00Z'],
    ['02:00 comes once, at the new offset', '2026-04-04T10:00:00Z', '02:00', '2026-04-04T15:30:00Z'],
    ['between the two, the next is tomorrow', '2026-04-04T14:31:00Z', '01:30', '2026-04-05T15:00:00Z'],
  ])('%s', (_, from, at, expected) => {
    expect(next('Australia/Lord_Howe', from, at)).toBe(expected);
  });

  it('R6: a day over the change is half an hour shorter or longer', () => {
    expect(later('Australia/Lord_Howe', '2026-10-03T01:30:00Z', 'P1D')).toBe('2026-10-04T01:00:00Z');
    expect(later('Australia/Lord_Howe', '2026-04-04T01:00:00Z', 'P1D')).toBe('2026-04-05T01:30:00Z');
  });
});

describe('R11: Pacific/Apia went over the date line', () => {
  // The 29th of December 2011 at 24:00, -10:00, was the 31st at 00:00, +14:00: there was no 30th, which would have been a Friday.
  it.each([
    ['09:00 of the day that was not is the first instant after it', '2011-12-29T22:00:00Z', '2011-12-30T10:00:00Z'],
    ['after that comes 09:00 of the 31st', '2011-12-30T10:00:01Z', '2011-12-30T19:00:00Z'],
  ])('%s', (_, from, expected) => {
    expect(next('Pacific/Apia', from, '09:00')).toBe(expected);
  });

  it('R6: noon and a day is the end of the gap; noon and two days is noon', () => {
    expect(later('Pacific/Apia', '2011-12-29T22:00:00Z', 'P1D')).toBe('2011-12-30T10:00:00Z');
    expect(later('Pacific/Apia', '2011-12-29T22:00:00Z', 'P2D')).toBe('2011-12-30T22:00:00Z');
  });

  it('R6: an anniversary of the 30th is at the end of the gap that year, and on the 30th the next', () => {
    const anniversary = (from: string): string | undefined =>
      iso(nextAnniversary('1990-12-30', Date.parse(from), 'Pacific/Apia', (day) => day));
    expect(anniversary('2011-06-01T00:00:00Z')).toBe('2011-12-30T10:00:00Z');
    expect(anniversary('2012-06-01T00:00:00Z')).toBe('2012-12-29T10:00:00Z');
  });

  it('the next Monday is found over it', () => {
    expect(next('Pacific/Apia', '2011-12-29T22:00:00Z', '09:00', ['mon'])).toBe('2012-01-01T19:00:00Z');
  });

  it('R34: the day before it ends where the day after it begins', () => {
    const noon = Date.parse('2011-12-29T22:00:00Z');
    expect(iso(periodStart(noon, 'day', 'Pacific/Apia', 'mon'))).toBe('2011-12-29T10:00:00Z');
    expect(iso(nextPeriodStart(noon, 'day', 'Pacific/Apia', 'mon'))).toBe('2011-12-30T10:00:00Z');
  });
});

describe('R6: Asia/Kathmandu is a quarter of an hour off', () => {
  // +05:45 since the 1st of January 1986, when 00:00 at +05:30 became 00:15.
  it.each([
    ['nine o’clock', '2026-05-04T00:00:00Z', '09:00', '2026-05-04T03:15:00Z'],
    ['a quarter to six is midnight of Greenwich', '2026-05-04T00:00:00Z', '05:45', '2026-05-04T00:00:00Z'],
    ['00:10 was inside the gap of a quarter', '1985-12-31T12:00:00Z', '00:10', '1985-12-31T18:30:00Z'],
  ])('%s', (_, from, at, expected) => {
    expect(next('Asia/Kathmandu', from, at)).toBe(expected);
  });
});

describe('R11: Africa/Casablanca goes back for Ramadan, and forward after it', () => {
  // +01:00, but +00:00 from the 15th of February 2026 at 03:00 to the 22nd of March at 02:00.
  it.each([
    ['02:30 comes twice in February, and the first is meant', '2026-02-14T12:00:00Z', '02:30', '2026-02-15T01:30:00Z'],
    ['between the two, the next is tomorrow', '2026-02-15T01:31:00Z', '02:30', '2026-02-16T02:30:00Z'],
    ['nine o’clock during Ramadan', '2026-03-01T00:00:00Z', '09:00', '2026-03-01T09:00:00Z'],
    ['02:30 is inside the gap in March', '2026-03-21T12:00:00Z', '02:30', '2026-03-22T02:00:00Z'],
    ['nine o’clock after it', '2026-03-22T02:00:00Z', '09:00', '2026-03-22T08:00:00Z'],
  ])('%s', (_, from, at, expected) => {
    expect(next('Africa/Casablanca', from, at)).toBe(expected);
  });

  it('R29: a night over the first change is an hour longer, over the second an hour shorter', () => {
    const nights = [{ days: ['sat' as const], from: '22:00', to: '08:00' }];
    expect(iso(windowEnd(Date.parse('2026-02-14T21:00:00Z'), nights, 'Africa/Casablanca'))).toBe(
      '2026-02-15T08:00:00Z',
    );
    expect(iso(windowEnd(Date.parse('2026-03-21T22:00:00Z'), nights, 'Africa/Casablanca'))).toBe(
      '2026-03-22T07:00:00Z',
    );
  });
});

describe('R11: Antarctica/Troll changes by two hours', () => {
  // From +00:00 to +02:00 on the last Sunday of March at 01:00 of Greenwich, back on the last of October at 01:00 of Greenwich.
  it.each([
    ['01:00 is the start of the gap, which ends at 03:00', '2026-03-28T12:00:00Z', '01:00', '2026-03-29T01:00:00Z'],
    ['02:59 is its last minute', '2026-03-28T12:00:00Z', '02:59', '2026-03-29T01:00:00Z'],
    ['03:00 is the same instant', '2026-03-28T12:00:00Z', '03:00', '2026-03-29T01:00:00Z'],
    ['01:30 comes twice, two hours apart', '2026-10-24T12:00:00Z', '01:30', '2026-10-24T23:30:00Z'],
    ['02:30 too', '2026-10-24T12:00:00Z', '02:30', '2026-10-25T00:30:00Z'],
    ['between the two, the next is tomorrow', '2026-10-25T01:15:00Z', '02:30', '2026-10-26T02:30:00Z'],
  ])('%s', (_, from, at, expected) => {
    expect(next('Antarctica/Troll', from, at)).toBe(expected);
  });
});

describe('R11: America/Sao_Paulo had no midnight', () => {
  // From -03:00 to -02:00 on the 4th of November 2018 at 00:00, back on the 17th of February 2019 at 00:00.
  it('the day begins at 01:00', () => {
    expect(next('America/Sao_Paulo', '2018-11-03T12:00:00Z', '00:00')).toBe('2018-11-04T03:00:00Z');
    expect(next('America/Sao_Paulo', '2018-11-03T12:00:00Z', '00:30')).toBe('2018-11-04T03:00:00Z');
    expect(iso(dateInZone('2018-11-04', 'America/Sao_Paulo'))).toBe('2018-11-04T03:00:00Z');
    expect(iso(periodStart(Date.parse('2018-11-04T15:00:00Z'), 'day', 'America/Sao_Paulo', 'mon'))).toBe(
      '2018-11-04T03:00:00Z',
    );
  });

  it('an hour before midnight comes twice on a Saturday, and the first is meant', () => {
    expect(next('America/Sao_Paulo', '2019-02-16T12:00:00Z', '23:30', ['sat'])).toBe('2019-02-17T01:30:00Z');
    expect(next('America/Sao_Paulo', '2019-02-17T02:15:00Z', '23:30', ['sat'])).toBe('2019-02-24T02:30:00Z');
  });
});

describe('R11: Asia/Gaza changes on a Saturday of its own', () => {
  // From +02:00 to +03:00 on the 12th of April 2025 at 02:00, after Ramadan; back on the 25th of October at 02:00.
  it.each([
    ['02:30 is inside the gap', '2025-04-11T12:00:00Z', '02:30', '2025-04-12T00:00:00Z'],
    ['the day after it is there', '2025-04-12T00:00:01Z', '02:30', '2025-04-12T23:30:00Z'],
    ['01:30 comes twice, and the first is meant', '2025-10-24T12:00:00Z', '01:30', '2025-10-24T22:30:00Z'],
    ['02:00 comes once', '2025-10-24T12:00:00Z', '02:00', '2025-10-25T00:00:00Z'],
  ])('%s', (_, from, at, expected) => {
    expect(next('Asia/Gaza', from, at)).toBe(expected);
  });
});

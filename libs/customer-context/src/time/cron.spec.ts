import { describe, expect, it } from '@jest/globals';
import { lastCronInstant, nextCronInstant, parseCron, type Cron } from './cron.js';

const PARIS = 'Europe/Paris';

function cron(text: string): Cron {
  const parsed = parseCron(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

/** The first instants after a moment. */
function after(text: string, from: string, zone: string, count: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count;) {
    at = nextCronInstant(cron(text), at, zone)!;
    found.push(new Date(at).toISOString().replace(':00.000', ''));
  }
  return found;
}

describe('cron on the clock of a zone', () => {
  it.each<[text: string, from: string, instants: string[]]>([
    ['0 9 * * 1', '2026-03-20T12:00:00Z', ['2026-03-23T08:00Z', '2026-03-30T07:00Z', '2026-04-06T07:00Z']],
    ['*/15 * * * *', '2026-05-04T08:14:00Z', ['2026-05-04T08:15Z', '2026-05-04T08:30Z', '2026-05-04T08:45Z']],
    ['5,35 8-10/2 * * *', '2026-05-04T00:00:00Z', ['2026-05-04T06:05Z', '2026-05-04T06:35Z', '2026-05-04T08:05Z']],
    ['0 12 * JUN Sun', '2026-05-04T00:00:00Z', ['2026-06-07T10:00Z', '2026-06-14T10:00Z']],
    ['0 12 * * 7', '2026-05-04T00:00:00Z', ['2026-05-10T10:00Z', '2026-05-17T10:00Z']],
    ['0 12 29 2 *', '2026-05-04T00:00:00Z', ['2028-02-29T11:00Z', '2032-02-29T11:00Z']],
    ['0 12 31 * *', '2026-05-04T00:00:00Z', ['2026-05-31T10:00Z', '2026-07-31T10:00Z']],
    ['0 12 1,15 * fri', '2026-05-04T00:00:00Z', ['2026-05-08T10:00Z', '2026-05-15T10:00Z', '2026-05-22T10:00Z']],
  ])('%s after %s', (text, from, instants) => {
    expect(after(text, from, PARIS, instants.length)).toEqual(instants);
  });

  it('comes after a moment, not at it', () => {
    expect(after('0 9 * * *', '2026-05-04T07:00:00Z', PARIS, 1)).toEqual(['2026-05-05T07:00Z']);
    expect(after('0 9 * * *', '2026-05-04T06:59:59.999Z', PARIS, 1)).toEqual(['2026-05-04T07:00Z']);
  });

  it('reaches 29 February over a year of a century that is none', () => {
    expect(after('0 0 29 2 *', '2096-03-01T00:00:00Z', 'UTC', 1)).toEqual(['2104-02-29T00:00Z']);
  });
});

describe('the change of the clocks (R11)', () => {
  it.each<[text: string, instants: string[]]>([
    ['30 2 * * *', ['2026-03-28T01:30Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z']],
    ['0 2,3 * * *', ['2026-03-28T01:00Z', '2026-03-28T02:00Z', '2026-03-29T01:00Z', '2026-03-30T00:00Z']],
  ])('a minute in the gap is the first instant after it, once: %s', (text, instants) => {
    expect(after(text, '2026-03-28T00:00:00Z', PARIS, instants.length)).toEqual(instants);
  });

  it('every quarter of an hour goes on over the gap', () => {
    expect(after('*/15 * * * *', '2026-03-29T00:44:00Z', PARIS, 3)).toEqual([
      '2026-03-29T00:45Z',
      '2026-03-29T01:00Z',
      '2026-03-29T01:15Z',
    ]);
  });

  it.each<[text: string, instants: string[]]>([
    ['30 2 * * *', ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['30 2-3 * * *', ['2026-10-24T00:30Z', '2026-10-24T01:30Z', '2026-10-25T00:30Z', '2026-10-25T02:30Z']],
  ])('of the hour that there is twice the first counts: %s', (text, instants) => {
    expect(after(text, '2026-10-24T00:00:00Z', PARIS, instants.length)).toEqual(instants);
  });
});

describe('the last instant', () => {
  it.each<[upTo: string, instant: string]>([
    ['2026-05-04T07:00:00Z', '2026-05-04T07:00:00.000Z'],
    ['2026-05-04T06:59:59Z', '2026-04-27T07:00:00.000Z'],
    ['2026-03-29T12:00:00Z', '2026-03-23T08:00:00.000Z'],
  ])('up to %s is %s', (upTo, instant) => {
    expect(new Date(lastCronInstant(cron('0 9 * * mon'), Date.parse(upTo), PARIS)!).toISOString()).toBe(instant);
  });
});

describe('a text that is no cron expression', () => {
  it.each<[text: string, problem: string, column: number]>([
    ['0 9 * *', '"0 9 * *" has 4 fields', 0],
    ['0 0 9 * * 1', '"0 0 9 * * 1" has 6 fields', 0],
    ['@daily', '"@daily" has 1 field;', 0],
    ['61 9 * * 1', 'the minute "61" is not right: Constraint error, got value 61 expected range 0-59', 0],
    ['0 25 * * 1', 'the hour "25" is not right', 2],
    ['0  9 L * *', 'the day of the month "L" is not made of numbers', 5],
    ['0 9 * foo *', 'the month "foo" is not right', 6],
    ['0 9 * * mon#2', 'the weekday "mon#2" is not made of numbers', 8],
    ['*/0 9 * * *', 'the minute "*/0" is not right', 0],
    ['H 9 * * *', 'the minute "H" is not made of numbers', 0],
    ['0 9 ? * *', 'the day of the month "?" is not made of numbers', 4],
    ['0 9 30 2 *', 'no such month has a day 30', 4],
    ['30-10 9 * * *', 'the minute "30-10" is not right', 0],
  ])('%s', (text, problem, column) => {
    const parsed = parseCron(text);
    expect(parsed).toEqual({ problem: expect.stringContaining(problem), column });
    expect(parsed).toMatchObject({ problem: expect.stringContaining('cron has five fields: minute, hour, day') });
  });

  it('is told from a day of a short month that is a weekday too', () => {
    expect(after('0 0 30 2 mon', '2026-02-01T00:00:00Z', 'UTC', 1)).toEqual(['2026-02-02T00:00Z']);
  });
});

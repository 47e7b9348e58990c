import { describe, expect, it } from '@jest/globals';
import { candidateOf } from '../testing/samples.js';

const limited = (limit: number, window: string) => ({ limits: { perCustomer: { limit, window } } });
const at = (...times: string[]) => ({ refill: times.map((time) => Date.parse(time)) });

describe('the limit of an offer per customer', () => {
  it.each([
    ['none of two', [], 'WON'],
    ['one of two', ['2026-05-04T07:00:00Z'], 'WON'],
    ['two of two', ['2026-05-04T07:00:00Z', '2026-05-04T07:30:00Z'], 'LIMIT'],
    ['two, one of them outside the window', ['2026-05-03T07:00:00Z', '2026-05-04T07:30:00Z'], 'WON'],
    ['three of two', ['2026-05-04T06:00:00Z', '2026-05-04T07:00:00Z', '2026-05-04T07:30:00Z'], 'LIMIT'],
  ])('made %s: %j is %s', (_, times, reason) => {
    expect(candidateOf(limited(2, 'PT24H'), { madeAt: at(...times) }).reason).toBe(reason);
  });

  it('says how often and how often at most', () => {
    expect(candidateOf(limited(1, 'P1D'), { madeAt: at('2026-05-04T07:00:00Z') }).because).toBe(
      'made 1 times within P1D, at most 1',
    );
  });

  it('reopens at the very end of the window', () => {
    const madeAt = at('2026-05-04T07:00:00Z');
    const reasonAt = (now: string) => candidateOf(limited(1, 'PT1H'), { madeAt, now: Date.parse(now) }).reason;
    expect(reasonAt('2026-05-04T07:59:59.999Z')).toBe('LIMIT');
    expect(reasonAt('2026-05-04T08:00:00Z')).toBe('WON');
  });

  it.each([
    ['a month is as long as the month it begins in', 'P1M', 'UTC', '2026-01-31T12:00:00Z/2026-02-28T12:00:00Z'],
    ['a day over the spring change has 23 hours', 'P1D', 'Europe/Paris', '2026-03-28T12:00:00Z/2026-03-29T11:00:00Z'],
    ['a day over the autumn change has 25 hours', 'P1D', 'Europe/Paris', '2026-10-24T12:00:00Z/2026-10-25T13:00:00Z'],
    ['24 hours are 24 hours', 'PT24H', 'Europe/Paris', '2026-03-28T12:00:00Z/2026-03-29T12:00:00Z'],
    ['without a zone the day is of UTC', 'P1D', 'Nowhere/Land', '2026-03-28T12:00:00Z/2026-03-29T12:00:00Z'],
  ])('is of the calendar in her zone: %s', (_, window, timezone, span) => {
    const [made, again] = span.split('/').map((instant) => Date.parse(instant)) as [number, number];
    const asked = { madeAt: { refill: [made] }, customer: { traits: { timezone } } };
    const reasonAt = (now: number) => candidateOf(limited(1, window), { ...asked, now }).reason;
    expect(reasonAt(again - 1)).toBe('LIMIT');
    expect(reasonAt(again)).toBe('WON');
  });

  it('counts only the offer itself, and nothing where there is no limit', () => {
    const madeAt = { other: [Date.parse('2026-05-04T07:00:00Z')] };
    expect(candidateOf(limited(1, 'P1D'), { madeAt }).reason).toBe('WON');
    expect(candidateOf({}, { madeAt: at('2026-05-04T07:00:00Z') }).reason).toBe('WON');
  });
});

import { describe, expect, it } from '@jest/globals';
import { candidateOf } from '../testing/samples.js';

const reasonAt = (now: string, valid: object) => candidateOf({ valid }, { now: Date.parse(now) });

describe('an offer with dates', () => {
  const may = { from: '2026-05-01T00:00:00+02:00', to: '2026-06-01T00:00:00+02:00' };

  it.each([
    ['the last moment before it begins', '2026-04-30T21:59:59.999Z', 'EXPIRED'],
    ['the moment it begins', '2026-04-30T22:00:00Z', 'WON'],
    ['the last moment of it', '2026-05-31T21:59:59.999Z', 'WON'],
    ['the moment it ends', '2026-05-31T22:00:00Z', 'EXPIRED'],
  ])('at %s, dates being instants with an offset: %s is %s', (_, now, reason) => {
    expect(reasonAt(now, may).reason).toBe(reason);
  });

  it.each([
    [
      'only a beginning, before it',
      { from: may.from },
      '2026-01-01T00:00:00Z',
      'it begins on 2026-05-01T00:00:00+02:00',
    ],
    ['only an end, after it', { to: may.to }, '2027-01-01T00:00:00Z', 'it ended on 2026-06-01T00:00:00+02:00'],
  ])('with %s, is refused and says the date', (_, valid, now, because) => {
    expect(reasonAt(now, valid)).toMatchObject({ reason: 'EXPIRED', because });
  });

  it.each([
    ['only a beginning, after it', { from: may.from }],
    ['only an end, before it', { to: '2099-01-01T00:00:00Z' }],
    ['no dates in it', {}],
  ])('with %s, is valid', (_, valid) => {
    expect(reasonAt('2027-01-01T00:00:00Z', valid).reason).toBe('WON');
  });
});

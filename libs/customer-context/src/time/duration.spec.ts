import { describe, expect, it } from '@jest/globals';
import { durationSchema } from '@waymark/contracts';
import fc from 'fast-check';
import { parseDuration, type Duration } from './duration.js';

const NOTHING: Duration = { years: 0, months: 0, weeks: 0, days: 0, exactMs: 0 };

describe('parseDuration', () => {
  it.each<[string, Partial<Duration>]>([
    ['PT0S', {}],
    ['PT30M', { exactMs: 30 * 60_000 }],
    ['PT1.5S', { exactMs: 1500 }],
    ['PT36H', { exactMs: 36 * 3_600_000 }],
    ['P1D', { days: 1 }],
    ['P2W', { weeks: 2 }],
    ['P1M', { months: 1 }],
    ['P1Y2M3W4DT5H6M7S', { years: 1, months: 2, weeks: 3, days: 4, exactMs: 18_367_000 }],
  ])('%s', (text, parts) => {
    expect(parseDuration(text)).toEqual({ ...NOTHING, ...parts });
  });

  it('throws for exactly what the schema refuses', () => {
    const text = fc.oneof(
      fc.constantFrom('P', 'PT', 'P1DT', '', '1D', 'P-1D', '-P1D', 'P1H', 'p1d', 'P1.5D', 'PT1.S', ' P1D', 'P1D\n'),
      fc.string({ unit: fc.constantFrom(...'PT01.5YMWDHS-'), maxLength: 8 }).map((rest) => `P${rest}`),
    );
    fc.assert(
      fc.property(text, (each) => {
        if (durationSchema.safeParse(each).success) expect(parseDuration(each)).toEqual(expect.any(Object));
        else expect(() => parseDuration(each)).toThrow(RangeError);
      }),
      { numRuns: 500 },
    );
  });
});

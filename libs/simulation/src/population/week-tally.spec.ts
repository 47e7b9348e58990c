import { describe, expect, it } from '@jest/globals';
import { customerIdSchema } from '@waymark/contracts';
import { WeekTally } from './week-tally.js';

const START = Date.parse('2026-11-30T00:00:00Z');
const DAY_MS = 86_400_000;
const id = (name: string): ReturnType<typeof customerIdSchema.parse> => customerIdSchema.parse(name);

describe('WeekTally', () => {
  it('is empty when nobody got anything', () => {
    expect(new WeekTally(START).figures()).toEqual({ customerWeeks: 0, p50: 0, p95: 0, max: 0, most: [] });
  });

  it('counts each customer in each week from the start, and names the fullest', () => {
    const tally = new WeekTally(START);
    for (let i = 1; i <= 10; i += 1) for (let n = 0; n < i; n += 1) tally.add(id(`c${i}`), START + i * 1_000);
    tally.add(id('c1'), START + 7 * DAY_MS);
    expect(tally.figures()).toEqual({
      customerWeeks: 11,
      p50: 5,
      p95: 10,
      max: 10,
      most: [10, 9, 8, 7, 6].map((messages) => ({
        customer: `c${messages}`,
        weekFrom: '2026-11-30T00:00:00.000Z',
        messages,
      })),
    });
  });

  it('begins anew with the week', () => {
    const tally = new WeekTally(START);
    for (const days of [0, 6.9, 7, 7.1]) tally.add(id('ada'), START + days * DAY_MS);
    const { max, most } = tally.figures();
    expect([max, most.map(({ weekFrom, messages }) => [weekFrom.slice(0, 10), messages])]).toEqual([
      2,
      [
        ['2026-11-30', 2],
        ['2026-12-07', 2],
      ],
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Seeded } from './seeded.js';

const NAMES = Array.from({ length: 2_000 }, (_, i) => `c${i}`);
const one = new Seeded(1);

describe('Seeded', () => {
  it('chooses the same for the same names, in any order and any process', () => {
    const forwards = NAMES.map((name) => one.unit(name, 'visits'));
    const backwards = [...NAMES].reverse().map((name) => new Seeded(1).unit(name, 'visits'));
    expect(backwards.reverse()).toEqual(forwards);
    expect(one.unit('c00001', 'known')).toBeCloseTo(0.2092324898, 9);
  });

  it('chooses otherwise for another seed, another name and another order of names', () => {
    const choice = one.unit('a', 'b');
    expect([new Seeded(2).unit('a', 'b'), one.unit('a', 'c'), one.unit('b', 'a'), one.unit('a')]).not.toContain(choice);
  });

  it('takes numbers among the names for what they look like', () => {
    expect(one.unit('visit', 3)).toBe(one.unit('visit', '3'));
  });

  it('spreads over [0, 1)', () => {
    const units = NAMES.map((name) => one.unit(name));
    expect(units.every((unit) => unit >= 0 && unit < 1)).toBe(true);
    expect(units.reduce((sum, unit) => sum + unit, 0) / units.length).toBeCloseTo(0.5, 1);
  });

  it.each([
    [1, 4],
    [0, 0],
    [-2, 2],
  ])('chooses whole numbers from %d to %d, both included', (min, max) => {
    const chosen = new Set(NAMES.map((name) => one.between(min, max, name)));
    expect([...chosen].sort((a, b) => a - b)).toEqual(Array.from({ length: max - min + 1 }, (_, i) => min + i));
  });

  it('picks each of a list', () => {
    expect(new Set(NAMES.map((name) => one.pick(['a', 'b', 'c'], name)))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('gives a share its share: none, all, and something between', () => {
    const share = (of: number): number => NAMES.filter((name) => one.chance(of, name)).length / NAMES.length;
    expect([share(0), share(1)]).toEqual([0, 1]);
    expect(share(0.3)).toBeCloseTo(0.3, 1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.unit());

describe('Random', () => {
  it('gives the same numbers for the same seed, for ever: seeds are written down', () => {
    const random = new Random('a');
    expect([random.between(1, 1_000), random.between(1, 1_000), random.between(1, 1_000)]).toEqual([257, 876, 759]);
  });

  it('gives other numbers for another seed', () => {
    expect(draw(new Random('plan 1'), 5)).not.toEqual(draw(new Random('plan 2'), 5));
  });

  it('forks streams that do not disturb each other', () => {
    const one = new Random('a');
    const fork = one.fork('x');
    draw(one, 100);
    expect(draw(fork, 5)).toEqual(draw(new Random('a').fork('x'), 5));
    expect(draw(new Random('a').fork('x'), 5)).not.toEqual(draw(new Random('a').fork('y'), 5));
  });

  it('spreads evenly', () => {
    const random = new Random('spread');
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i += 1) counts[random.between(0, 3)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('reaches both ends, picks from what there is, and knows what never and always are', () => {
    const random = new Random('ends');
    const seen = new Set(Array.from({ length: 100 }, () => random.between(3, 5)));
    expect([...seen].sort()).toEqual([3, 4, 5]);
    expect(['x', 'y']).toContain(random.pick(['x', 'y']));
    expect([random.chance(0), random.chance(1)]).toEqual([false, true]);
  });
});

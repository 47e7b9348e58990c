import { describe, expect, it } from '@jest/globals';
import { drawBeta, seededRandom, type Random } from './seeded-random.js';

const DRAWS = 20_000;
const PINNED = [0.09200396575033665, 0.9897910277359188, 0.27777597215026617, 0.5811551692895591];

function take(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random());
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

function variance(numbers: readonly number[]): number {
  const m = mean(numbers);
  return mean(numbers.map((n) => (n - m) ** 2));
}

describe('seeded random numbers', () => {
  it('are the same for the same seed, on every machine and in every version: a stored decision can be replayed (R55)', () => {
    expect(take(seededRandom('decision-1'), 4)).toEqual(PINNED);
    expect(take(seededRandom('decision-1'), 4)).toEqual(PINNED);
  });

  it.each([
    ['a', 'b'],
    ['decision-1', 'decision-2'],
    ['', ' '],
    ['é', 'e'],
  ])('differ between the seeds %j and %j', (one, other) => {
    expect(take(seededRandom(one), 8)).not.toEqual(take(seededRandom(other), 8));
  });

  it('are within [0, 1) and evenly spread', () => {
    const numbers = take(seededRandom('even'), DRAWS);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const n of numbers) tenths[Math.floor(n * 10)]! += 1;
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    for (const count of tenths) expect(Math.abs(count - DRAWS / 10)).toBeLessThan(DRAWS / 100);
  });

  it('are even over the first number of many seeds, which is what decides whether a decision explores', () => {
    const firsts = Array.from({ length: DRAWS }, (_, i) => seededRandom(`decision-${i}`)());
    expect(mean(firsts)).toBeCloseTo(0.5, 2);
    expect(variance(firsts)).toBeCloseTo(1 / 12, 2);
    expect(firsts.filter((n) => n < 0.05).length / DRAWS).toBeCloseTo(0.05, 2);
  });
});

describe('draws from a Beta distribution', () => {
  it.each([
    [1, 1],
    [20, 80],
    [2, 5],
    [0.5, 0.5],
    [0.3, 4],
    [1000, 10],
  ])('Beta(%d, %d) have its mean and variance, and stay within 0 and 1', (alpha, beta) => {
    const random = seededRandom(`beta ${alpha} ${beta}`);
    const draws = Array.from({ length: DRAWS }, () => drawBeta(random, alpha, beta));
    const total = alpha + beta;
    const expectedVariance = (alpha * beta) / (total ** 2 * (total + 1));
    expect(Math.abs(mean(draws) - alpha / total)).toBeLessThan(5 * Math.sqrt(expectedVariance / DRAWS));
    expect(variance(draws) / expectedVariance).toBeGreaterThan(0.95);
    expect(variance(draws) / expectedVariance).toBeLessThan(1.05);
    expect(draws.every((draw) => draw >= 0 && draw <= 1)).toBe(true);
  });

  it('are numbers even for priors so small that both Gamma draws can vanish', () => {
    const random = seededRandom('tiny');
    const draws = Array.from({ length: 2_000 }, () => drawBeta(random, 0.0005, 0.0005));
    expect(draws.filter(Number.isNaN)).toEqual([]);
  });
});

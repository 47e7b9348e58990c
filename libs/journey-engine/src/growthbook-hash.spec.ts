import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseVariant, growthbookHash } from './growthbook-hash.js';

describe('R46: growthbookHash', () => {
  /** The vectors that GrowthBook gives its SDKs for hash version 2. */
  it.each([
    ['seed', 'a', 0.0505],
    ['seed', 'b', 0.2696],
    ['foo', 'ab', 0.2575],
    ['foo', 'def', 0.2019],
    ['89123klj', '8952klfjas09ujkasdf', 0.124],
    ['90850943850283058242805', '123', 0.7516],
    ['()**(%$##$%#$#', '___)((*":&', 0.0128],
  ])('of seed %j and unit %j is %d', (seed, unit, hash) => {
    expect(growthbookHash(seed, unit)).toBe(hash);
  });

  it.each([
    ['größe', 'Zoë', 0.7523],
    ['t', '😀', 0.912],
  ])('is over UTF-8 bytes: seed %j and unit %j', (seed, unit, hash) => {
    expect(growthbookHash(seed, unit)).toBe(hash);
  });

  it('spreads evenly', () => {
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) buckets[Math.floor(growthbookHash('even', `customer ${i}`) * 10)]! += 1;
    for (const size of buckets) expect(Math.abs(size - 1000)).toBeLessThan(120);
  });
});

describe('chooseVariant', () => {
  const variants = (...weights: number[]): { id: number; weight: number }[] =>
    weights.map((weight, id) => ({ id, weight }));

  it.each([
    [0, 0],
    [0.4999, 0],
    [0.5, 1],
    [0.9999, 1],
  ])('with even weights a hash of %d is variant %d', (hash, id) => {
    expect(chooseVariant(variants(1, 1), hash).id).toBe(id);
  });

  it('weights are relative', () => {
    expect(chooseVariant(variants(1, 3), 0.25).id).toBe(1);
    expect(chooseVariant(variants(10, 30), 0.2499).id).toBe(0);
    expect(chooseVariant(variants(0.1, 0.1, 0.1), 0.9999).id).toBe(2);
  });

  it('gives each variant its share of the hashes, to one in 10,000 a border', () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(weights, (each) => {
        const counts = each.map(() => 0);
        for (let i = 0; i < 10_000; i += 1) counts[chooseVariant(variants(...each), i / 10_000).id]! += 1;
        const total = each.reduce((sum, weight) => sum + weight, 0);
        each.forEach((weight, id) => expect(Math.abs(counts[id]! - (weight / total) * 10_000)).toBeLessThanOrEqual(1));
      }),
      { numRuns: 20 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { arbitrate } from './arbitrate.js';
import { anOffer, aScope, choose, type Asked } from './testing/samples.js';

const SEEDS = Array.from({ length: 4_000 }, (_, i) => `decision-${i}`);

function ranking(offers: readonly Record<string, unknown>[], asked: Asked = {}) {
  const survivors = offers.map((offer) => {
    const compiled = anOffer(offer);
    return { compiled, strategy: compiled.offer.strategy };
  });
  return arbitrate(survivors, aScope(asked).request);
}

function order(offers: readonly Record<string, unknown>[], asked: Asked = {}): string[] {
  return ranking(offers, asked).ranked.map(({ survivor }) => survivor.compiled.offer.id);
}

describe('the score of an offer (R55)', () => {
  it.each([
    ['half of its value without a prior', { value: 10 }, 0.5, 5],
    ["its prior's mean times its value", { value: 4, prior: { accepts: 20, declines: 80 } }, 0.2, 0.8],
    ['times its lever', { value: 4, prior: { accepts: 20, declines: 80 }, lever: 2.5 }, 0.2, 2],
    ['nothing with a lever of 0', { value: 4, lever: 0 }, 0.5, 0],
    ['below nothing with a value below nothing', { value: -4 }, 0.5, -2],
  ])('is %s', (_, offer, propensity, score) => {
    expect(ranking([offer]).ranked[0]).toMatchObject({ propensity, score });
  });
});

describe('the order of offers', () => {
  it('is by score first, whatever their priority', () => {
    const offers = [
      { id: 'b', value: 1, priority: 100 },
      { id: 'c', value: 3 },
      { id: 'a', value: 2, priority: 50 },
    ];
    expect(order(offers)).toEqual(['c', 'a', 'b']);
  });

  it('is by priority among equal scores, then by id', () => {
    const offers = [{ id: 'd', priority: 1 }, { id: 'c' }, { id: 'a' }, { id: 'b', priority: 1 }];
    expect(order(offers)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('takes products as equal that are equal on paper and not in binary', () => {
    const thirds = { prior: { accepts: 1, declines: 2 } };
    const offers = [
      { id: 'b', value: 0.1, lever: 3, ...thirds },
      { id: 'a', value: 0.3, lever: 1, ...thirds },
    ];
    expect(0.1 * 3).not.toBe(0.3);
    expect(order(offers)).toEqual(['a', 'b']);
  });
});

describe('exploration (R56)', () => {
  const strong = { id: 'strong', prior: { accepts: 60, declines: 40 } };
  const weak = { id: 'weak', prior: { accepts: 50, declines: 50 } };

  it('is off at 0: the best score always wins, and its propensity is the mean to the digit', () => {
    const rare = { id: 'rare', prior: { accepts: 1, declines: 999 } };
    for (const seed of SEEDS.slice(0, 200)) {
      const { ranked, explored } = ranking([weak, rare, strong], { seed, explore: 0 });
      expect(explored).toBe(false);
      expect(ranked.map(({ propensity }) => propensity)).toEqual([0.6, 0.5, 0.001]);
    }
  });

  it('logs no propensity below the floor, whether this decision explores or not', () => {
    const rare = { id: 'rare', prior: { accepts: 1, declines: 999 } };
    const seen = SEEDS.slice(0, 400).map((seed) => ranking([rare], { seed, explore: 0.5 }));
    expect(new Set(seen.map(({ explored }) => explored))).toEqual(new Set([true, false]));
    expect(Math.min(...seen.map(({ ranked }) => ranked[0]!.propensity))).toBe(0.05);
  });

  it.each([0.05, 0.3, 1])('happens in about the asked share of decisions: %d', (explore) => {
    const explored = SEEDS.filter((seed) => ranking([strong], { seed, explore }).explored).length;
    expect(Math.abs(explored / SEEDS.length - explore)).toBeLessThan(0.02);
  });

  it('lets each offer win about as often as it is probably the best (Thompson)', () => {
    const wins = SEEDS.filter((seed) => order([strong, weak], { seed, explore: 1 })[0] === 'weak').length;
    // P(Beta(50, 50) > Beta(60, 40)), by the normal approximation: mean -0.1, standard deviation 0.0696.
    expect(wins / SEEDS.length).toBeGreaterThan(0.055);
    expect(wins / SEEDS.length).toBeLessThan(0.095);
  });

  it('gives equals equal chances, and does not favour the first id', () => {
    const equals = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
    for (const id of ['a', 'b', 'c', 'd']) {
      const wins = SEEDS.filter((seed) => order(equals, { seed, explore: 1 })[0] === id).length;
      expect(Math.abs(wins / SEEDS.length - 0.25)).toBeLessThan(0.03);
    }
  });

  it('is the same for the same seed, and moves nothing when this decision does not explore', () => {
    const asked = { explore: 0.3 };
    for (const seed of SEEDS.slice(0, 200)) {
      const once = ranking([strong, weak], { ...asked, seed });
      expect(ranking([strong, weak], { ...asked, seed })).toEqual(once);
      if (!once.explored) expect(once.ranked.map(({ propensity }) => propensity)).toEqual([0.6, 0.5]);
    }
  });

  it('never makes an offer that is worth nothing better than doing nothing', () => {
    for (const seed of SEEDS.slice(0, 200)) {
      const offers = [anOffer({ id: 'free', value: 0 }), anOffer({ id: 'loss', value: -3 })];
      expect(choose(offers, { seed, explore: 1 }).chosen).toEqual([]);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { anOffer, candidateOf, choose } from './testing/samples.js';

const idsOf = (offers: readonly { offerId: string; reason: string }[]) =>
  offers.map(({ offerId, reason }) => [offerId, reason]);

describe('the next best action', () => {
  it('names every candidate with its reason, in the order of their ids, the best first among the chosen', () => {
    const { candidates, chosen } = choose(
      [
        anOffer({ id: 'over', valid: { to: '2026-01-01T00:00:00Z' } }),
        anOffer({ id: 'second', value: 8 }),
        anOffer({ id: 'third', value: 6 }),
        anOffer({ id: 'best', value: 12 }),
        anOffer({ id: 'no-more', limits: { perCustomer: { limit: 1, window: 'P1D' } } }),
      ],
      { top: 2, madeAt: { 'no-more': [Date.parse('2026-05-04T07:00:00Z')] } },
    );
    expect(idsOf(candidates)).toEqual([
      ['best', 'WON'],
      ['no-more', 'LIMIT'],
      ['over', 'EXPIRED'],
      ['second', 'RANKED'],
      ['third', 'OUTRANKED'],
    ]);
    expect(chosen.map(({ survivor }) => survivor.compiled.offer.id)).toEqual(['best', 'second']);
  });

  it('says of every ranked candidate how its score comes about and how it would be made', () => {
    const offers = [
      anOffer({ id: 'a', value: 4, lever: 2, priority: 7, prior: { accepts: 20, declines: 80 } }),
      anOffer({ id: 'b', value: 3, prior: { accepts: 20, declines: 80 } }),
      anOffer({ id: 'c', value: 2, prior: { accepts: 20, declines: 80 } }),
      anOffer({ id: 'd', value: 0 }),
    ];
    const { candidates } = choose(offers, { top: 2 });
    expect(candidates[0]).toEqual({
      offerId: 'a',
      version: 'v-a',
      reason: 'WON',
      because: 'the best score: 0.2 x 4 x 2 = 1.6',
      score: 1.6,
      propensity: 0.2,
      value: 4,
      lever: 2,
      priority: 7,
      strategy: 'curate',
      channel: 'email',
    });
    expect(candidates.slice(1).map(({ because }) => because)).toEqual([
      'number 2: 0.2 x 3 x 1 = 0.6',
      'its score 0.2 x 2 x 1 = 0.4 is below that of a',
      'its score 0.5 x 0 x 1 = 0 is not better than doing nothing',
    ]);
  });

  it.each([0, -1])('is to do nothing when no offer is worth more: value %d (R58)', (value) => {
    const { candidates, chosen } = choose([anOffer({ id: 'a', value }), anOffer({ id: 'b', value })]);
    expect(chosen).toEqual([]);
    expect(idsOf(candidates)).toEqual([
      ['a', 'OUTRANKED'],
      ['b', 'OUTRANKED'],
    ]);
  });

  it('leaves what is not better than doing nothing out of a longer list', () => {
    const { chosen } = choose([anOffer({ id: 'good' }), anOffer({ id: 'loss', value: -1 })], { top: 5 });
    expect(chosen.map(({ survivor }) => survivor.compiled.offer.id)).toEqual(['good']);
  });

  it('is to do nothing among no offers', () => {
    expect(choose([])).toEqual({ candidates: [], chosen: [], explored: false });
  });

  it('names the first stage that refuses, in the order of R55', () => {
    const refused = {
      valid: { to: '2026-01-01T00:00:00Z' },
      eligible: 'false',
      strategy: 'respond',
      limits: { perCustomer: { limit: 1, window: 'P1D' } },
      channels: [{ channel: 'pigeon', template: 't' }],
    };
    const asked = { madeAt: { refill: [Date.parse('2026-05-04T07:00:00Z')] } };
    const order = ['EXPIRED', 'NOT_ELIGIBLE', 'AGENCY', 'LIMIT', 'NO_CHANNEL'];
    const keys = Object.keys(refused);
    const named = keys.map((_, i) => {
      const left = Object.fromEntries(Object.entries(refused).slice(i));
      return candidateOf(left, asked).reason;
    });
    expect(named).toEqual(order);
  });

  it('refuses an offer whose conditions are not CEL when it is compiled', () => {
    expect(() => anOffer({ eligible: 'customer.traits.' })).toThrow(
      expect.objectContaining({ code: 'INVALID_RESOURCE' }),
    );
  });
});

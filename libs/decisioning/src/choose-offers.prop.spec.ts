import { describe, expect, it } from '@jest/globals';
import { STRATEGIES } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import fc from 'fast-check';
import type { CompiledOffer } from './compile-offer.js';
import { anOffer, choose, NOW, type Asked } from './testing/samples.js';

const HOUR = 3_600_000;
const RANKED = ['WON', 'RANKED', 'OUTRANKED'];

const offer = fc.record(
  {
    id: fc.integer({ min: 0, max: 30 }).map((n) => `offer-${n}`),
    category: fc.constantFrom('cart', 'home'),
    strategy: fc.constantFrom(...STRATEGIES),
    value: fc.constantFrom(-1, 0, 1, 2, 2, 5, 100),
    lever: fc.constantFrom(0, 1, 1, 0.5),
    priority: fc.integer({ min: 0, max: 2 }),
    prior: fc.record({ accepts: fc.constantFrom(0.5, 1, 20), declines: fc.constantFrom(1, 80) }),
    eligible: fc.constantFrom('customer.orders.count > 1', 'true', 'customer.traits.plan == "gold"'),
    suitable: fc.constantFrom('true', '!(customer.counters["Complaint Raised"] > 0)'),
    valid: fc.constantFrom({}, { from: '2026-05-04T08:00:00Z' }, { to: '2026-05-04T08:00:00Z' }),
    automate: fc.constant({ maxValue: 3, undo: 'PT1H' }),
    limits: fc.constantFrom({}, { perCustomer: { limit: 1, window: 'PT2H' } }),
    channels: fc.constantFrom(
      [{ channel: 'email', template: 't' }],
      [{ channel: 'pigeon', template: 't' }],
      [
        { channel: 'sms', template: 't' },
        { channel: 'inbox', template: 't' },
      ],
    ),
  },
  { requiredKeys: ['id', 'category', 'strategy', 'value'] },
);

const asked: fc.Arbitrary<Asked> = fc.record({
  class: fc.constantFrom('marketing', 'service', 'transactional'),
  origin: fc.constantFrom('asked', 'journey'),
  top: fc.integer({ min: 1, max: 4 }),
  explore: fc.constantFrom(0, 0.5, 1),
  seed: fc.string(),
  customer: fc.record({
    orders: fc.record({ count: fc.nat(3), value: fc.nat(100) }),
    agency: fc.dictionary(fc.constantFrom('cart', 'home', '*'), fc.constantFrom(...STRATEGIES)),
    consents: fc.constantFrom<CustomerContext['consents']>(
      {},
      { email: { marketing: 'granted' } },
      { email: { service: 'denied' } },
    ),
  }),
  madeAt: fc.dictionary(
    fc.integer({ min: 0, max: 30 }).map((n) => `offer-${n}`),
    fc.array(fc.constantFrom(NOW - HOUR, NOW - 3 * HOUR), { maxLength: 3 }),
  ),
  channels: fc.constantFrom<Record<string, boolean>>({ email: true, inbox: false }, { email: true, sms: true }, {}),
});

const compiled = fc
  .uniqueArray(offer, { selector: ({ id }) => id, maxLength: 8 })
  .map((offers) => offers.map((each) => anOffer(each)));

function shuffled(offers: readonly CompiledOffer[]): fc.Arbitrary<CompiledOffer[]> {
  return fc.shuffledSubarray([...offers], { minLength: offers.length });
}

describe('choosing among offers, whatever they are', () => {
  it('gives the same choice in whatever order the offers come', () => {
    const inTwoOrders = compiled.chain((offers) => fc.tuple(fc.constant(offers), shuffled(offers)));
    fc.assert(
      fc.property(inTwoOrders, asked, ([offers, mixed], question) => {
        expect(choose(mixed, question)).toEqual(choose(offers, question));
      }),
    );
  });

  it('names every candidate exactly once, with a reason in words', () => {
    fc.assert(
      fc.property(compiled, asked, (offers, question) => {
        const { candidates } = choose(offers, question);
        const ids = offers.map(({ offer: { id } }) => id).sort();
        expect(candidates.map(({ offerId }) => offerId)).toEqual(ids);
        expect(candidates.filter(({ because }) => because.length === 0)).toEqual([]);
      }),
    );
  });

  it('has a winner exactly when something is better than doing nothing, and never more than asked for (R58)', () => {
    fc.assert(
      fc.property(compiled, asked, (offers, question) => {
        const { candidates, chosen } = choose(offers, question);
        const better = candidates.filter(({ score }) => (score ?? 0) > 0);
        expect(candidates.filter(({ reason }) => reason === 'WON')).toHaveLength(better.length > 0 ? 1 : 0);
        expect(chosen).toHaveLength(Math.min(question.top!, better.length));
        const best = Math.max(...better.map(({ score }) => score!));
        if (chosen[0]) expect(chosen[0].score).toBe(best);
      }),
    );
  });

  it('makes nobody win or rank who would be refused alone, and lets others neither in nor out (R55)', () => {
    fc.assert(
      fc.property(compiled, asked, (offers, question) => {
        const together = new Map(choose(offers, question).candidates.map((each) => [each.offerId, each]));
        for (const each of offers) {
          const alone = choose([each], question).candidates[0]!;
          const among = together.get(each.offer.id)!;
          if (RANKED.includes(alone.reason)) {
            expect(RANKED).toContain(among.reason);
            expect(among).toMatchObject({ strategy: alone.strategy, channel: alone.channel });
          } else expect(among).toEqual(alone);
        }
      }),
    );
  });

  it('takes more room for more: a longer list begins with the shorter one', () => {
    fc.assert(
      fc.property(compiled, asked, (offers, question) => {
        const ids = (top: number) =>
          choose(offers, { ...question, top }).chosen.map(({ survivor }) => survivor.compiled.offer.id);
        expect(ids(5).slice(0, 2)).toEqual(ids(2));
      }),
    );
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, type CustomerEvent, type CustomerId } from '@waymark/contracts';
import { NOTHING_WANTED } from '@waymark/ports';
import { JourneyWorld } from '../testing/journey-world.js';
import {
  ADA,
  aCustomer,
  aJourney,
  anEvent,
  anOutcome,
  HOUR,
  instanceIdOf,
  mail,
  MINUTE,
  NOW,
  reentry,
} from '../testing/samples.js';

const VIC = 'anon~vic' as CustomerId;
let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
  world.know(aCustomer({ version: 1, mergedFrom: [VIC] }));
});

const knock = (of: CustomerId, over: object = {}): CustomerEvent =>
  anEvent('Cart Left', { of, messageId: `${of} knocks`, ...over });
const given = (): CustomerEvent =>
  anEvent('Customer Merged', { of: VIC, source: OWN_SOURCE, type: 'alias', properties: { into: ADA } });
const called = (): CustomerEvent =>
  anEvent('Journey Merged', { of: ADA, source: OWN_SOURCE, properties: { from: VIC } });
/** The visitor turns out to be Ada: her partition hands on, Ada's takes over. */
async function merge(): Promise<void> {
  await world.take(given());
  await world.take(called());
}
const at = (moment: number): void => world.clock.moveTo(moment);

describe('R61: a visitor turns out to be somebody', () => {
  it('and her instance goes on where it was, under its own id, as hers; its timer fires once', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await merge();
    const id = instanceIdOf('cart', { of: VIC });
    expect(await world.instances(VIC)).toEqual([]);
    expect(await world.instances()).toMatchObject([
      { id, customerId: ADA, status: 'active', step: 'rest', ordinal: 1 },
    ]);
    await world.until(NOW + HOUR);
    expect(await world.instances()).toMatchObject([{ id, status: 'ended', reason: 'finished' }]);
    expect(await world.told(VIC)).toEqual(['entered', 'arrived', 'waiting', 'handedOn']);
    expect(await world.told()).toEqual(['takenOver', 'arrived', 'ended']);
    expect((await world.emitted()).map(({ event, customerId }) => [event, customerId])).toEqual([
      ['Journey Entered', VIC],
      ['Journey Merged', ADA],
      ['Journey Ended', ADA],
    ]);
  });

  it('is on its way safely in between, however long that takes', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await world.take(given());
    world.restart();
    at(NOW + 3 * HOUR);
    expect([...(await world.instances(VIC)), ...(await world.instances())]).toEqual([]);
    await world.take(called());
    expect(await world.instances()).toMatchObject([{ status: 'ended', reason: 'finished' }]);
    await world.take({ ...called(), messageId: 'again' as never });
    expect(await world.instances()).toHaveLength(1);
  });

  it.each([
    ['keepOldest', VIC, ADA],
    ['keepOldest', ADA, VIC],
    ['keepFurthest', ADA, ADA],
    ['keepFurthest', VIC, VIC],
  ])(
    '%s: of two with one key, with %s in first and %s one step further, one leaves',
    async (onMerge, first, further) => {
      const steps = {
        rest: {
          kind: 'await',
          any: [{ id: 'seen', event: 'Seen', next: 'more' }],
          timeout: { after: 'P9D', next: 'done' },
        },
        more: { kind: 'wait', for: 'P9D', next: 'done' },
        done: { kind: 'exit' },
      };
      await world.apply(aJourney({ steps, policy: { class: 'transactional', onMerge } }));
      const second = first === VIC ? ADA : VIC;
      await world.take(knock(first));
      at(NOW + MINUTE);
      await world.take(knock(second));
      await world.take(anEvent('Seen', { of: further }));
      await merge();
      const stays = instanceIdOf('cart', { of: onMerge === 'keepOldest' ? first : further });
      const instances = await world.instances();
      expect(instances.filter(({ status }) => status === 'active').map(({ id }) => id)).toEqual([stays]);
      expect(instances.filter(({ status }) => status === 'ended').map(({ reason }) => reason)).toEqual(['MERGED']);
    },
  );

  it('keepBoth lets both go on, each with an ordinal of its own', async () => {
    await world.apply(aJourney({ policy: { class: 'transactional', onMerge: 'keepBoth' } }));
    await world.take(knock(VIC), knock(ADA));
    await merge();
    expect(await world.instances()).toMatchObject([
      { ordinal: 1, status: 'active', exclusive: true },
      { ordinal: 2, status: 'active' },
    ]);
    expect((await world.instances())[1]).not.toHaveProperty('exclusive');
  });

  it('whoever arrives alone stays exclusive (R1)', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await merge();
    expect(await world.instances()).toMatchObject([{ exclusive: true }]);
  });

  it('instances with other keys are no rivals', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', correlate: 'event.properties.cart' } }));
    await world.take(knock(VIC, { properties: { cart: 'c1' } }), knock(ADA, { properties: { cart: 'c2' } }));
    await merge();
    expect((await world.instances()).map(({ status }) => status)).toEqual(['active', 'active']);
  });

  it('and a `never` of either counts (R2)', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await world.until(NOW + HOUR);
    await merge();
    await world.take(knock(ADA));
    const reasons = (await world.history()).flatMap(({ trace }) =>
      trace.flatMap((each) => (each.what === 'refused' ? [each.reason] : [])),
    );
    expect(reasons).toEqual(['REENTRY_NEVER']);
  });

  it('and the active one of the other keeps her out, until it has ended', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', reentry } }));
    await world.take(knock(VIC));
    await merge();
    await world.take(knock(ADA));
    expect(await world.told()).toEqual(['takenOver', 'refused']);
    await world.until(NOW + HOUR);
    await world.take(anEvent('Cart Left', { messageId: 'later' }));
    expect((await world.instances()).map(({ status, ordinal }) => [status, ordinal])).toEqual([
      ['ended', 1],
      ['active', 2],
    ]);
  });

  it('and the variant that she had first stays hers (R47)', async () => {
    const variants = ['a', 'b'].map((id) => ({ id, weight: id === 'a' ? 1 : 1e-9, next: 'done' }));
    const test = (seed: string) =>
      aJourney({ start: 'test', steps: { test: { kind: 'split', seed, variants }, done: { kind: 'exit' } } });
    await world.apply(test('s'));
    await world.take(knock(VIC));
    await merge();
    const state = await world.store.load({ ...NOTHING_WANTED, customerIds: [ADA] });
    expect(state.assignments.get(ADA)).toEqual({ s: 'a' });
  });

  it('what is told of her message before the instance has come is not lost', async () => {
    await world.apply(aJourney({ start: 'tell', steps: { tell: mail, done: { kind: 'exit', reason: 'told' } } }));
    await world.take(knock(VIC));
    const sent = anOutcome('Email Sent', { instanceId: instanceIdOf('cart', { of: VIC }), step: 'tell' });
    await world.take(given());
    await world.take(sent);
    expect(await world.instances()).toEqual([]);
    await world.take(called());
    expect(await world.instances()).toMatchObject([{ status: 'ended', reason: 'told' }]);
  });

  describe('who waits at the door of a paused journey', () => {
    const controls = () => world.journeyState.controls;
    const refusals = async (of: CustomerId = ADA) =>
      (await world.history(of)).flatMap(({ trace }) =>
        trace.flatMap((each) => (each.what === 'refused' ? [each.reason] : [])),
      );

    it.each([
      ['in one batch with the merge', [[knock(VIC), given()]]],
      ['before', [[knock(VIC)], [given()]]],
    ])('goes along, and enters as who she is when it opens: %s', async (_, batches) => {
      await world.apply(aJourney());
      await controls().pause('cart', {});
      for (const batch of [...batches, [called()]]) await world.take(...batch);
      at(NOW + HOUR);
      expect(await world.store.entrantCount('cart')).toBe(1);
      await controls().resume('cart');
      expect(await world.instances(VIC)).toEqual([]);
      expect(await world.instances()).toMatchObject([
        { id: instanceIdOf('cart'), customerId: ADA, status: 'active', entry: { messageId: `${VIC} knocks` } },
      ]);
      expect(await world.store.entrantCount('cart')).toBe(0);
    });

    it('is looked at when she has come, where the door was opened meanwhile', async () => {
      await world.apply(aJourney());
      await controls().pause('cart', {});
      await world.take(knock(VIC));
      await world.take(given());
      await controls().resume('cart');
      expect(await world.instances()).toEqual([]);
      world.restart();
      await world.take(called());
      expect(await world.instances()).toHaveLength(1);
    });

    it('has waited too long when she would have without the merge', async () => {
      await world.apply(aJourney());
      await controls().pause('cart', { entrants: { queue: 'PT2H' } });
      await world.take(knock(VIC));
      at(NOW + HOUR);
      await merge();
      await world.until(NOW + 2 * HOUR - 1);
      expect(await refusals()).toEqual([]);
      await world.until(NOW + 2 * HOUR);
      expect([await refusals(), await refusals(VIC)]).toEqual([['JOURNEY_PAUSED'], []]);
    });

    it('enters once where both have waited: all gates are asked anew', async () => {
      await world.apply(aJourney());
      await controls().pause('cart', {});
      await world.take(knock(VIC), knock(ADA));
      await merge();
      await world.take({ ...called(), messageId: 'again' as never });
      expect(await world.store.entrantCount('cart')).toBe(2);
      await controls().resume('cart');
      expect(await world.instances()).toHaveLength(1);
      expect(await refusals()).toEqual(['ALREADY_ACTIVE']);
    });

    it('stays where she is by a move of the version before, which took nobody along, and which is read', async () => {
      await world.apply(aJourney());
      await world.take(knock(VIC));
      await world.take(given());
      const { moves } = await world.store.load({ ...NOTHING_WANTED, heirs: [ADA] });
      const { entrants: _, ...old } = moves[0]!;
      await world.plant({ moves: { given: [old], taken: [] } });
      world.restart();
      await world.take(called());
      expect(await world.instances()).toHaveLength(1);
    });
  });

  it('is believed of the platform alone', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await world.take({ ...given(), source: 'shop' as never });
    expect(await world.instances(VIC)).toHaveLength(1);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, type CustomerId, type SplitEpoch } from '@waymark/contracts';
import { JourneyWorld } from '../testing/journey-world.js';
import { ADA, aCustomer, aJourney, anEvent, BOB, HOUR, NOW, reentry } from '../testing/samples.js';

const VIC = 'anon~vic' as CustomerId;
let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

/** A test after an hour of rest; all but nobody gets `a`, or `b`. */
const test = (mostly: 'a' | 'b', over: object = {}) =>
  aJourney({
    entry: { event: 'Cart Left', reentry },
    goal: { event: 'Bought', value: 'event.properties.paid' },
    steps: {
      rest: { kind: 'wait', for: 'PT1H', next: 'test' },
      test: {
        kind: 'split',
        seed: 'tone',
        variants: ['a', 'b'].map((id) => ({ id, weight: id === mostly ? 1 : 1e-9, next: 'tell' })),
      },
      tell: { kind: 'update', set: { told: 'true' }, next: 'linger' },
      linger: { kind: 'wait', for: 'PT5H', next: 'done' },
      done: { kind: 'exit' },
    },
    ...over,
  });
const epoch = (nth: number): SplitEpoch => ({ kind: 'split-epoch', id: 'tone', epoch: nth, allocation: String(nth) });
const knock = (of: CustomerId) => anEvent('Cart Left', { of, messageId: `${of} ${world.clock.now()}` });
const bought = (of: CustomerId) =>
  anEvent('Bought', { of, messageId: `${of} ${world.clock.now()}`, properties: { paid: 5 } });
const results = async () =>
  ((await world.journeyState.api.journey('cart')).splits['test'] ?? []).map(
    ({ variant, epoch: of, entered, exposed, converted, value }) =>
      `${variant}@${of}: ${entered} ${exposed} ${converted} ${value}`,
  );
const stored = async (of: CustomerId) => {
  const { assignments, epochs } = await world.stored(of);
  return [assignments.get(of), epochs.get(of)];
};

describe('R24: an epoch', () => {
  it('is of the publication by which she entered, and is never pooled with another', async () => {
    await world.apply(test('a'));
    await world.take(knock(ADA));
    await world.apply(test('b'), epoch(2));
    await world.take(knock(BOB));
    world.restart();
    await world.until(NOW + HOUR);
    expect(await results()).toEqual(['a@1: 1 1 0 0', 'b@2: 1 1 0 0']);
    expect(await stored(ADA)).toEqual([{ tone: 'a' }, undefined]);
    expect(await stored(BOB)).toEqual([{ tone: 'b' }, { tone: 2 }]);
    const viewed = (await world.emitted()).filter(({ event }) => event === 'Experiment Viewed');
    expect(viewed.map(({ properties }) => [properties['variation_id'], properties['epoch']])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('that is back at an allocation of before is a new one; who was assigned counts in her own', async () => {
    await world.apply(test('a'));
    await world.take(knock(ADA));
    await world.until(NOW + HOUR);
    await world.take(bought(ADA));
    await world.apply(test('b'), epoch(2));
    await world.apply(test('a'), epoch(3));
    await world.take(knock(ADA), knock(BOB));
    await world.until(NOW + 2 * HOUR);
    await world.take(bought(ADA), bought(BOB));
    expect(await results()).toEqual(['a@1: 2 1 2 10', 'a@3: 1 1 1 5']);
  });

  it('goes over with an assignment when people turn out to be one (R61), also one put down by a version before', async () => {
    world.know(aCustomer({ version: 1, mergedFrom: [VIC] }));
    await world.apply(test('a'), epoch(4));
    await world.take(knock(VIC));
    await world.until(NOW + HOUR);
    await world.take(anEvent('Customer Merged', { of: VIC, source: OWN_SOURCE, properties: { into: ADA } }));
    const old = { id: '~last', from: VIC, to: ADA, journeys: [], exposed: [], recent: [] };
    await world.plant({ moves: { given: [{ ...old, assignments: { tone: 'b', other: 'x' } }], taken: [] } });
    world.restart();
    await world.take(anEvent('Journey Merged', { source: OWN_SOURCE, properties: { from: VIC } }));
    expect(await stored(ADA)).toEqual([{ tone: 'a', other: 'x' }, { tone: 4 }]);
    await world.take(bought(ADA));
    expect(await results()).toEqual(['a@4: 1 1 1 5']);
  });

  it('of those migrated is that of the version they go to, as it was published (R22)', async () => {
    await world.apply(test('a'));
    await world.take(knock(ADA), knock(BOB));
    await world.apply(test('b'), epoch(2));
    const job = await world.journeyState.controls.migrate('cart', { rest: 'rest' });
    expect(job).toMatchObject({ type: 'migrate', epochs: { tone: 2 } });
    await world.until(NOW + HOUR);
    expect(await results()).toEqual(['b@2: 2 2 0 0']);
  });

  it('is left out of a migration while it is the first, so that processes of the version before take it', async () => {
    await world.apply(test('a', { entry: { event: 'Cart Left' } }));
    const job = await world.journeyState.controls.migrate('cart', {});
    expect(job).not.toHaveProperty('epochs');
  });
});

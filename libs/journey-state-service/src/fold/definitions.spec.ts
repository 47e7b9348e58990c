import { beforeEach, describe, expect, it } from '@jest/globals';
import { JourneyWorld } from '../testing/journey-world.js';
import { aJourney, anEvent, BOB, HOUR, NOW } from '../testing/samples.js';
import { JourneyDefinitions } from './definitions.js';

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

describe('versions (R21)', () => {
  const version = (reason: string) =>
    aJourney({ steps: { rest: { kind: 'wait', for: 'PT1H', next: 'done' }, done: { kind: 'exit', reason } } });

  beforeEach(async () => {
    await world.apply(version('one'));
    await world.take(anEvent('Cart Left'));
    await world.apply(version('two'));
    await world.take(anEvent('Cart Left', { of: BOB }));
  });

  it.each([
    ['in the life that changed it', () => undefined],
    ['after a restart, with the old one from the store', () => world.restart()],
  ])('stay with whoever entered them, %s', async (_, restart) => {
    restart();
    await world.until(NOW + HOUR);
    expect([await world.instances(), await world.instances(BOB)]).toMatchObject([
      [{ version: 'cart-1', reason: 'one' }],
      [{ version: 'cart-2', reason: 'two' }],
    ]);
  });

  it('stay even when the journey is gone, which then takes nobody in', async () => {
    const gone = new JourneyWorld();
    await gone.apply(version('one'));
    await gone.take(anEvent('Cart Left'));
    await gone.remove('cart');
    gone.restart();
    await gone.take(anEvent('Cart Left', { of: BOB }));
    await gone.until(NOW + HOUR);
    expect(await gone.instances()).toMatchObject([{ version: 'cart-1', reason: 'one' }]);
    expect(await gone.instances(BOB)).toEqual([]);
  });

  it('are counted apart', async () => {
    await world.until(NOW + HOUR);
    const ended = (await world.store.counts()).filter(({ what }) => what === 'ended');
    expect(ended.map((each) => [each.version, each.key, each.count])).toEqual([
      ['cart-1', 'one', 1],
      ['cart-2', 'two', 1],
    ]);
  });
});

describe('a version that is nowhere', () => {
  it('is a defect that stops the partition, and never somebody moved by another version', async () => {
    const definitions = new JourneyDefinitions({
      revision: 1,
      resources: [{ version: 'cart-1', resource: aJourney() }],
    });
    await definitions.require([{ journeyId: 'cart', version: 'cart-0' }], { resourceVersions: async () => new Map() });
    expect(() => definitions.version('cart-0')).toThrow('journey version cart-0 was not loaded');
    expect(definitions.version('cart-1').id).toBe('cart');
  });

  it('is asked of the store once, and only what is missing', async () => {
    const definitions = new JourneyDefinitions({
      revision: 2,
      resources: [{ version: 'cart-2', resource: aJourney() }],
    });
    const asked: unknown[] = [];
    const store = {
      resourceVersions: async (wanted: readonly { version: string }[]) => {
        asked.push(wanted);
        return new Map(wanted.map(({ version }) => [version, aJourney()]));
      },
    };
    const wanted = ['cart-1', 'cart-2'].map((version) => ({ journeyId: 'cart', version }));
    await definitions.require(wanted, store);
    await definitions.require(wanted, store);
    expect(asked).toEqual([[{ kind: 'journey', id: 'cart', version: 'cart-1' }]]);
    expect(definitions.current.map(({ version }) => version)).toEqual(['cart-2']);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { JourneyWorld } from './testing/journey-world.js';
import { aJourney, anEvent, BOB, HOUR, NOW } from './testing/samples.js';

const CLEO = 'cleo' as never;
const iso = (moment: number): string => new Date(moment).toISOString();

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

const versions = () => world.journeyState.versions.versions('cart');

describe("a journey's versions", () => {
  it('are those that were published, the newest first, with who entered and is inside each (R21)', async () => {
    await world.apply(aJourney(), aJourney({ id: 'another', entry: { event: 'Cart Left' } }));
    await world.take(anEvent('Cart Left'), anEvent('Cart Left', { of: BOB }));
    world.clock.moveTo(NOW + HOUR / 2);
    await world.apply(aJourney({ name: 'edited' }));
    await world.take(anEvent('Cart Left', { of: CLEO }));
    expect(await versions()).toEqual({
      versions: [
        { version: 'cart-2', publishedAt: iso(NOW + HOUR / 2), revision: 2, isPublished: true, entered: 1, inside: 1 },
        { version: 'cart-1', publishedAt: iso(NOW), revision: 1, isPublished: false, entered: 2, inside: 2 },
      ],
    });
    await world.until(NOW + HOUR);
    expect((await versions()).versions.map(({ entered, inside }) => [entered, inside])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  it('stay when it is taken out of use, and none is the published one then', async () => {
    await world.apply(aJourney());
    await world.remove('cart');
    expect((await versions()).versions.map(({ version, isPublished }) => [version, isPublished])).toEqual([
      ['cart-1', false],
    ]);
  });

  it('are each once, since when they were published last', async () => {
    for (const version of ['a', 'b', 'a']) {
      await world.publish(aJourney(), version);
      world.clock.moveTo(world.clock.now() + HOUR);
    }
    expect((await versions()).versions).toMatchObject([
      { version: 'a', publishedAt: iso(NOW + 2 * HOUR), revision: 3, isPublished: true },
      { version: 'b', publishedAt: iso(NOW + HOUR), revision: 2, isPublished: false },
    ]);
  });

  it('are not found where there never was such a journey', async () => {
    await world.apply(aJourney({ id: 'another' }));
    await expect(versions()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { JourneyWorld } from './testing/journey-world.js';
import { ADA, aJourney, anEvent, BOB, HOUR, instanceIdOf, NOW, START } from './testing/samples.js';

const CLEO = 'cleo' as never;
const DAN = 'dan' as never;
const goal = { event: 'Bought', value: 'event.properties.revenue' };

let world: JourneyWorld;

beforeEach(async () => {
  world = new JourneyWorld();
  await world.apply(aJourney({ goal }), aJourney({ id: 'another', entry: { event: 'Never' } }));
});

const api = () => world.journeyState.api;

describe('how a journey is doing', () => {
  it('is who entered, where they are, how they ended, what it was worth, and who was refused', async () => {
    await world.take(anEvent('Cart Left'), anEvent('Cart Left', { of: BOB }), anEvent('Cart Left', { of: CLEO }));
    await world.take(anEvent('Cart Left', { of: BOB, messageId: 'again' }));
    await world.take(
      anEvent('Bought', { properties: { revenue: 12.5 } }),
      anEvent('Bought', { of: BOB, properties: { revenue: 30 } }),
    );
    expect(await api().journey('cart')).toEqual({
      id: 'cart',
      entered: 3,
      active: 1,
      converted: 2,
      value: 42.5,
      steps: { rest: 3 },
      population: { rest: 1 },
      ended: { goal: 2 },
      refused: { ALREADY_ACTIVE: 1 },
      splits: {},
    });
  });

  it('is over all its versions: an edit never loses what was (R23)', async () => {
    await world.take(anEvent('Cart Left'));
    const steps = { rest: { kind: 'wait', for: 'PT3H', next: 'end' }, end: { kind: 'exit', reason: 'late' } };
    await world.apply(aJourney({ goal, steps }));
    await world.take(anEvent('Cart Left', { of: BOB }));
    expect(await api().journey('cart')).toMatchObject({ entered: 2, active: 2, population: { rest: 2 } });
    await world.until(NOW + 3 * HOUR);
    expect(await api().journey('cart')).toMatchObject({
      entered: 2,
      active: 0,
      population: {},
      steps: { rest: 2, done: 1, end: 1 },
      ended: { finished: 1, late: 1 },
    });
  });

  it('is listed by id, for every journey that has had anybody at its door', async () => {
    await world.take(anEvent('Cart Left'), anEvent('Never', { of: BOB }));
    expect((await api().journeys()).map(({ id, entered }) => [id, entered])).toEqual([
      ['another', 1],
      ['cart', 1],
    ]);
  });

  it('is NOT_FOUND where nobody has been', async () => {
    expect(await api().journeys()).toEqual([]);
    await expect(api().journey('cart')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('an instance', () => {
  it('is found by its id, as it is now', async () => {
    await world.take(anEvent('Cart Left'));
    expect(await api().instance(instanceIdOf('cart'))).toMatchObject({
      customerId: 'ada',
      status: 'active',
      step: 'rest',
    });
    await expect(api().instance('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('those inside a journey', () => {
  const ids = async (cursor?: string): Promise<[string[], string | undefined]> => {
    const page = await api().inside('cart', { cursor, limit: 2 });
    return [page.instances.map(({ id }) => id), page.cursor];
  };

  it('are told page by page, each once, without those who have left', async () => {
    await world.take(...[ADA, BOB, CLEO, DAN].map((of) => anEvent('Cart Left', { of })));
    await world.take(anEvent('Bought', { of: DAN, properties: { revenue: 1 } }));
    const expected = [ADA, BOB, CLEO].map((of) => instanceIdOf('cart', { of })).sort();
    const [first, cursor] = await ids();
    expect([first, await ids(cursor)]).toEqual([expected.slice(0, 2), [expected.slice(2), undefined]]);
  });

  it('are who they are, where they are, and since when', async () => {
    await world.take(anEvent('Cart Left'));
    expect(await api().inside('cart', { limit: 5 })).toEqual({
      instances: [{ id: instanceIdOf('cart'), customerId: ADA, version: 'cart-1', step: 'rest', enteredAt: START }],
    });
  });

  it('are none where all have left, and not found where nobody ever came', async () => {
    await world.take(anEvent('Cart Left'));
    await world.until(NOW + HOUR);
    expect(await api().inside('cart', { limit: 5 })).toEqual({ instances: [] });
    await expect(api().inside('nowhere', { limit: 5 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(api().inside('cart', { cursor: 'x', limit: 5 })).rejects.toMatchObject({ code: 'INVALID_BODY' });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, type CustomerId, type SeenEvent } from '@waymark/contracts';
import { JourneyWorld } from '../testing/journey-world.js';
import { ADA, aJourney, anEvent, BOB, HOUR, instanceIdOf, MINUTE, NOW, reentry } from '../testing/samples.js';

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

const iso = (moment: number): string => new Date(moment).toISOString();

describe('a call', () => {
  const caller = (step: object = {}) =>
    aJourney({
      id: 'caller',
      steps: {
        rest: { kind: 'call', journey: 'called', data: { order: 'entry.properties.order' }, next: 'done', ...step },
        done: { kind: 'exit' },
      },
    });
  const called = aJourney({ id: 'called', entry: { call: true, correlate: 'entry.properties.order' } });
  const endOf = (id: string) =>
    anEvent('Journey Ended', {
      source: OWN_SOURCE,
      properties: { journeyId: 'called', reason: 'finished' },
      cause: { instanceId: id as never },
    });

  it('begins an instance of the other journey in the same batch, with the data as its entry', async () => {
    await world.apply(caller(), called);
    await world.take(anEvent('Cart Left', { properties: { order: 'o-1' } }));
    expect(await world.instances()).toMatchObject([
      {
        journeyId: 'called',
        status: 'active',
        correlationKey: 'o-1',
        entry: { name: 'Journey Called', properties: { order: 'o-1' } },
      },
      { journeyId: 'caller', status: 'ended' },
    ]);
    expect((await world.emitted()).map(({ event, cause }) => [event, cause?.journeyId])).toEqual([
      ['Journey Entered', 'caller'],
      ['Journey Ended', 'caller'],
      ['Journey Entered', 'called'],
    ]);
  });

  it('is waited for until that instance has ended', async () => {
    await world.apply(caller({ wait: true }), called);
    await world.take(anEvent('Cart Left', { properties: { order: 'o-1' } }));
    const id = instanceIdOf('called', { key: 'o-1' });
    expect((await world.instances())[1]).toMatchObject({ status: 'active', step: 'rest', called: { instanceId: id } });
    await world.until(NOW + HOUR);
    expect((await world.instances()).map(({ status }) => status)).toEqual(['ended', 'active']);
    await world.take(endOf(id));
    expect((await world.instances())[1]).toMatchObject({ status: 'ended', steps: { rest: { outcome: 'finished' } } });
  });

  it('is refused by the gates of the other journey, and the caller goes on', async () => {
    await world.apply(caller({ wait: true }), { ...called, entry: { ...called.entry, reentry: 'never' } });
    await world.take(anEvent('Cart Left', { properties: {} }));
    expect(await world.instances()).toMatchObject([{ journeyId: 'caller', status: 'ended' }]);
    expect(await world.told()).toEqual(['entered', 'arrived', 'called', 'refused', 'notCalled', 'arrived', 'ended']);
  });

  it('of a journey that is gone is refused', async () => {
    await world.apply(caller({ wait: true }), called);
    await world.remove('called');
    await world.take(anEvent('Cart Left', { properties: { order: 'o-1' } }));
    const traces = (await world.history()).flatMap(({ trace }) => trace);
    expect(traces).toContainEqual(expect.objectContaining({ what: 'notCalled', reason: 'JOURNEY_CLOSED' }));
  });

  it('of a journey that calls itself ends with what that journey allows', async () => {
    const itself = { kind: 'call', journey: 'called', wait: true, next: 'done' };
    const deep = aJourney({
      id: 'called',
      entry: { call: true, reentry: { always: { maxConcurrent: 3 } } },
      steps: { rest: itself, done: { kind: 'exit' } },
    });
    await world.apply(caller(), deep);
    await world.take(anEvent('Cart Left'));
    const instances = (await world.instances()).filter(({ journeyId }) => journeyId === 'called');
    expect(instances.map(({ status }) => status)).toEqual(['active', 'active', 'ended']);
  });
});

describe('an entry cap (R5)', () => {
  const capped = aJourney({ entry: { event: 'Cart Left', reentry, cap: { limit: 2, window: 'PT1H' } } });
  const enters = async (of: string, after: number): Promise<string> => {
    world.clock.moveTo(NOW + after);
    const event = anEvent('Cart Left', {
      of: of as CustomerId,
      messageId: `${of} ${after}`,
      receivedAt: iso(NOW + after),
    });
    await world.take(event);
    return (await world.told(of as CustomerId)).at(-1)!;
  };

  it('holds within a batch, from one to the next, and until its window has passed', async () => {
    await world.apply(capped);
    await world.take(...['a', 'b', 'c'].map((of) => anEvent('Cart Left', { of: of as CustomerId })));
    const inside = await Promise.all(['a', 'b', 'c'].map(async (of) => (await world.told(of as CustomerId))[0]));
    expect(inside).toEqual(['entered', 'entered', 'refused']);
    expect(await enters('d', HOUR - 1)).toBe('refused');
    expect(await enters('e', HOUR)).not.toBe('refused');
  });

  it('holds for those whom a call brings', async () => {
    const caller = aJourney({
      id: 'caller',
      steps: { rest: { kind: 'call', journey: 'cart', next: 'done' }, done: { kind: 'exit' } },
    });
    await world.apply(caller, {
      ...capped,
      entry: { call: true, reentry: 'never', cap: { limit: 1, window: 'PT1H' } },
    });
    await world.take(anEvent('Cart Left'));
    await world.take(anEvent('Cart Left', { of: BOB }));
    expect((await world.told(BOB)).slice(0, 4)).toEqual(['entered', 'arrived', 'called', 'arrived']);
    expect((await world.instances(BOB)).map(({ journeyId }) => journeyId)).toEqual(['caller']);
    expect((await world.instances(ADA)).map(({ journeyId }) => journeyId)).toEqual(['caller', 'cart']);
  });
});

describe('what an await may look back for (R8)', () => {
  const listening = (lookBack?: string) =>
    aJourney({
      start: 'listen',
      steps: {
        listen: {
          kind: 'await',
          any: [{ id: 'bought', event: 'Bought', next: 'done' }],
          timeout: { after: 'PT1H', next: 'lost' },
          lookBack,
        },
        lost: { kind: 'exit', reason: 'lost' },
        done: { kind: 'exit', reason: 'bought' },
      },
    });
  const recentOf = async (of = ADA): Promise<SeenEvent[]> => (await world.stored(of)).recent.get(of) ?? [];

  it('is kept for it, whoever was in the journey by then', async () => {
    await world.apply(listening('PT2H'));
    await world.take(anEvent('Bought'));
    world.clock.moveTo(NOW + HOUR);
    await world.take(anEvent('Cart Left', { timestamp: iso(NOW + HOUR) }));
    expect(await world.instances()).toMatchObject([{ status: 'ended', reason: 'bought', event: { name: 'Bought' } }]);
  });

  it('is kept over a restart, and within one batch', async () => {
    await world.apply(listening('PT2H'));
    await world.take(anEvent('Bought'));
    world.restart();
    await world.take(anEvent('Cart Left', { timestamp: iso(NOW + MINUTE) }));
    await world.take(anEvent('Bought', { of: BOB }), anEvent('Cart Left', { of: BOB, timestamp: iso(NOW + MINUTE) }));
    expect([...(await world.instances(ADA)), ...(await world.instances(BOB))]).toMatchObject([
      { reason: 'bought' },
      { reason: 'bought' },
    ]);
  });

  it('is nothing that no await listens to', async () => {
    await world.apply(listening());
    await world.take(anEvent('Cart Seen'), anEvent('Bought', { messageId: 'b' }), anEvent('Cart Left'));
    expect((await recentOf()).map(({ messageId }) => messageId)).toEqual(['b']);
  });

  it('is bounded: the newest fifty, and no more than 64 KB but for the newest of all', async () => {
    await world.apply(listening());
    const bought = (n: number, size = 0) =>
      anEvent('Bought', { messageId: `b${n}`, properties: { note: 'x'.repeat(size) } });
    await world.take(...Array.from({ length: 60 }, (_, n) => bought(n)));
    expect((await recentOf()).map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: 50 }, (_, n) => `b${n + 10}`),
    );
    await world.take(bought(60, 40_000), bought(61, 20_000), bought(62, 20_000));
    expect((await recentOf()).map(({ messageId }) => messageId)).toEqual(['b61', 'b62']);
    await world.take(bought(63, 70_000));
    expect((await recentOf()).map(({ messageId }) => messageId)).toEqual(['b63']);
  });
});

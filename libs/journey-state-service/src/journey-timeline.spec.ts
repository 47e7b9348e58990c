import { beforeEach, describe, expect, it } from '@jest/globals';
import { JourneyWorld } from './testing/journey-world.js';
import { actionIdOf, ADA, aCustomer, aJourney, anEvent, instanceIdOf, mail, START } from './testing/samples.js';

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

const entries = (journeyId?: string) => world.journeyState.timeline.timeline(ADA, { limit: 100, journeyId });

describe("what a customer's journeys did with her", () => {
  it('is told in words, with what was tested and the ids of what it is of', async () => {
    world.know(aCustomer({ version: 3, traits: { plan: 'gold' } }));
    await world.apply(
      aJourney({
        entry: { event: 'Cart Left', where: 'customer.traits.plan == "gold"' },
        start: 'ask',
        steps: { ask: mail, done: { kind: 'exit' } },
      }),
    );
    await world.take(anEvent('Cart Left', { messageId: 'm1' }));
    const of = {
      at: START,
      service: 'journey-state',
      journeyId: 'cart',
      instanceId: instanceIdOf('cart'),
      messageId: 'm1',
      facts: expect.any(Object),
    };
    expect(await entries()).toEqual([
      {
        ...of,
        kind: 'entered',
        text: 'cart: enters because of Cart Left',
        because: ['customer.traits.plan == "gold" holds: customer.traits.plan is "gold"'],
      },
      { ...of, kind: 'step', text: 'cart: comes to step "ask"', because: [], stepId: 'ask' },
      {
        ...of,
        kind: 'step',
        text: 'cart: asks for a message by email',
        because: [],
        stepId: 'ask',
        actionId: actionIdOf(instanceIdOf('cart'), 'ask'),
      },
    ]);
  });

  it('tells why she did not enter', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', where: 'customer.traits.plan == "gold"' } }));
    await world.take(anEvent('Cart Left'));
    const [refused] = await entries();
    expect(refused).toMatchObject({
      kind: 'refused',
      text: 'cart: does not enter: NOT_ELIGIBLE, the entry condition does not hold',
      because: ['customer.traits.plan == "gold" does not hold: there is no customer.traits.plan'],
    });
    expect(refused?.instanceId).toBeUndefined();
  });

  it('has kinds for the end and the conversion, and can be of one journey', async () => {
    await world.apply(aJourney({ goal: { event: 'Bought' } }), aJourney({ id: 'order', entry: { event: 'Bought' } }));
    await world.take(anEvent('Cart Left'), anEvent('Bought'));
    expect((await entries('cart')).map(({ kind }) => kind)).toEqual([
      ...['entered', 'step', 'step'],
      ...['converted', 'step', 'ended'],
    ]);
    expect(new Set((await entries('order')).map(({ journeyId }) => journeyId))).toEqual(new Set(['order']));
    expect(await entries('none')).toEqual([]);
  });
});

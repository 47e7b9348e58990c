import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RawEvent } from '@waymark/contracts';
import { JourneyWorld } from '../testing/journey-world.js';
import { actionIdOf, aJourney, anEvent, anOutcome, HOUR, instanceIdOf, mail, MINUTE, NOW } from '../testing/samples.js';

const iso = (moment: number) => new Date(moment).toISOString();
const id = (text: string) => text as never;

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

describe('records', () => {
  const telling = aJourney({
    start: 'note',
    steps: {
      note: {
        kind: 'update',
        stage: 'noted',
        set: { seen: 'true' },
        add: { Notes: '2.0' },
        emit: { event: 'Noted', properties: { who: 'customer.id' } },
        next: 'ask',
      },
      ask: { ...mail, next: 'rest' },
      rest: { kind: 'wait', stage: 'resting', for: 'PT1H', next: 'done' },
      done: { kind: 'exit', reason: 'rested' },
    },
  });
  const outcome = anOutcome('Email Sent', { instanceId: instanceIdOf('cart'), step: 'ask' });
  const tell = async (of: JourneyWorld) => {
    await of.apply(telling);
    await of.take(anEvent('Cart Left'));
    await of.take(outcome);
    await of.until(NOW + HOUR);
  };
  const named = (events: readonly RawEvent[]) => events.map(({ event, properties }) => [event, properties]);

  it('tell of entering with the stage, of traits, events and stages on the way, and of the end, in this order', async () => {
    await tell(world);
    const of = { journeyId: 'cart', version: 'cart-1' };
    expect(named(await world.emitted())).toEqual([
      ['Journey Entered', { ...of, stage: 'noted' }],
      ['Traits Updated', { set: { seen: true }, add: { Notes: 2 } }],
      ['Noted', { who: 'ada' }],
      ['Stage Entered', { ...of, stage: 'resting' }],
      ['Journey Ended', { ...of, reason: 'rested', converted: false }],
    ]);
  });

  it('are events of the platform itself, of the customer, with the instance as their cause', async () => {
    await tell(world);
    expect((await world.emitted())[0]).toEqual({
      schemaVersion: 1,
      type: 'track',
      messageId: expect.any(String),
      source: 'waymark',
      customerId: 'ada',
      event: 'Journey Entered',
      properties: expect.any(Object),
      traits: {},
      context: {},
      timestamp: iso(NOW),
      receivedAt: iso(NOW),
      cause: { instanceId: instanceIdOf('cart'), journeyId: 'cart', stepId: 'ask' },
    });
  });

  it('ask for the message with its frozen data (R60), under an id that is its own (R42)', async () => {
    await tell(world);
    expect(await world.interactions()).toEqual([
      expect.objectContaining({
        type: 'act',
        actionId: actionIdOf(instanceIdOf('cart'), 'ask'),
        channel: 'email',
        class: 'transactional',
        entry: expect.objectContaining({ name: 'Cart Left' }),
        cause: expect.objectContaining({ instanceId: instanceIdOf('cart'), stepId: 'ask', visit: 1 }),
      }),
    ]);
  });

  it('say whether it converted', async () => {
    await world.apply(aJourney({ goal: { event: 'Bought' } }));
    await world.take(anEvent('Cart Left'), anEvent('Bought'));
    expect(named(await world.emitted()).at(-1)).toEqual([
      'Journey Ended',
      expect.objectContaining({ reason: 'goal', converted: true }),
    ]);
  });

  it('of one who comes and goes in one step tell of both', async () => {
    await world.apply(aJourney({ start: 'done', steps: { done: { kind: 'exit' } } }));
    await world.take(anEvent('Cart Left'));
    expect((await world.emitted()).map(({ event }) => event)).toEqual(['Journey Entered', 'Journey Ended']);
  });

  it('have ids of their own, which are the same when a batch is made again later: ingestion drops the repetition (P3, R71)', async () => {
    const idsOf = async (of: JourneyWorld) => (await of.emitted()).map(({ messageId }) => messageId);
    await tell(world);
    const again = new JourneyWorld();
    await again.apply(telling);
    await again.take(anEvent('Cart Left'));
    await again.take(outcome);
    again.clock.moveTo(NOW + HOUR + MINUTE);
    await again.take();
    expect(await idsOf(again)).toEqual(await idsOf(world));
    expect(new Set(await idsOf(world)).size).toBe((await idsOf(world)).length);
  });

  it('of a timer never share an id with those of an event, whatever the event is called', async () => {
    const emit = { kind: 'update', emit: { event: 'Noted' } };
    await world.apply(
      aJourney({
        steps: {
          rest: { kind: 'wait', for: 'PT1H', next: 'once' },
          once: { ...emit, next: 'listen' },
          listen: { kind: 'await', any: [{ id: 'bought', event: 'Bought', next: 'twice' }] },
          twice: { ...emit, next: 'done' },
          done: { kind: 'exit' },
        },
      }),
    );
    await world.take(anEvent('Cart Left'));
    await world.until(NOW + HOUR);
    await world.take(anEvent('Bought', { messageId: `timer ${NOW + HOUR} 1`, receivedAt: iso(NOW + HOUR) }));
    const ids = (await world.emitted()).map(({ messageId }) => messageId);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('an automatic act that was undone', () => {
  const cause = { instanceId: id('i1'), journeyId: 'cart', stepId: 'offer', decisionId: id('d1'), offerId: 'refill' };
  const undone = (over: object = {}) => anEvent('Offer Undone', { properties: { offerId: 'refill' }, cause, ...over });

  it('is handed to personalization to be compensated, without any instance left of it', async () => {
    await world.take(undone({ contextVersion: 5 }));
    expect(await world.interactions()).toEqual([
      {
        schemaVersion: 1,
        type: 'compensate',
        customerId: 'ada',
        requestedAt: iso(NOW),
        receivedAt: iso(NOW),
        contextVersion: 5,
        actionId: expect.any(String),
        cause,
        offerId: 'refill',
        decisionId: 'd1',
      },
    ]);
  });

  it('is one action however often it is told, and another one for another decision: exactly once', async () => {
    await world.take(undone({ messageId: '1' }), undone({ messageId: '2' }));
    await world.take(undone({ messageId: '3', cause: { ...cause, decisionId: id('d2') } }));
    const [first, again, other] = (await world.interactions()).map(({ actionId }) => actionId);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each([
    ['without a cause: a customer sent it', { cause: undefined }],
    ['without a decision', { cause: { instanceId: id('i1') } }],
    ['without an offer', { properties: {} }],
    ['with an offer that is no text', { properties: { offerId: 7 } }],
  ])('is not compensated %s', async (_, over) => {
    await world.take(undone(over));
    expect(await world.interactions()).toEqual([]);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { JourneyWorld } from '../testing/journey-world.js';
import {
  actionIdOf,
  ADA,
  aCustomer,
  aJourney,
  anEvent,
  anOutcome,
  BOB,
  HOUR,
  instanceIdOf,
  mail,
  MINUTE,
  NOW,
  reentry,
} from '../testing/samples.js';

const iso = (moment: number) => new Date(moment).toISOString();

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

/** Enters at the start, and comes to a batch late: with the clock at `now`, and an event received at `receivedAt`. */
async function late(name: string, times: { receivedAt: number; now: number }): Promise<void> {
  await world.take(anEvent('Cart Left'));
  world.clock.moveTo(times.now);
  await world.take(anEvent(name, { receivedAt: iso(times.receivedAt) }));
}

describe('what fell due before an event was received', () => {
  const listening = aJourney({
    steps: {
      rest: { kind: 'wait', for: 'PT1H', next: 'listen' },
      listen: {
        kind: 'await',
        any: [{ id: 'bought', event: 'Bought', next: 'done' }],
        timeout: { after: 'P1D', next: 'lost' },
      },
      lost: { kind: 'exit', reason: 'lost' },
      done: { kind: 'exit', reason: 'bought' },
    },
  });

  it.each([
    ['a moment after the timer, meets the step after it', HOUR + 1, { status: 'ended', reason: 'bought' }],
    ['at the same instant, meets the step after it', HOUR, { status: 'ended', reason: 'bought' }],
    ['a moment before the timer, meets the step before it', HOUR - 1, { status: 'active', step: 'listen' }],
  ])('fires first: an event %s', async (_, receivedAfter, expected) => {
    await world.apply(listening);
    await late('Bought', { receivedAt: NOW + receivedAfter, now: NOW + HOUR + 5 * MINUTE });
    expect((await world.instances())[0]).toMatchObject(expected);
  });

  it('of several instances fires in the order in which it fell due', async () => {
    const waiting = (journeyId: string, wait: string) =>
      aJourney({ id: journeyId, steps: { rest: { kind: 'wait', for: wait, next: 'done' }, done: { kind: 'exit' } } });
    await world.apply(waiting('a', 'PT3H'), waiting('b', 'PT1H'), waiting('c', 'PT2H'));
    await late('Something', { receivedAt: NOW + 4 * HOUR, now: NOW + 4 * HOUR });
    const ended = (await world.history()).filter(({ trace }) => trace.some(({ what }) => what === 'ended'));
    expect(ended.map(({ journeyId }) => journeyId)).toEqual(['b', 'c', 'a']);
  });

  it('fires without any event, for everybody it is due for', async () => {
    await world.apply(aJourney());
    await world.take(anEvent('Cart Left'), anEvent('Cart Left', { of: BOB }));
    world.clock.moveTo(NOW + HOUR - 1);
    await world.take();
    expect(await world.store.population()).toEqual([{ journeyId: 'cart', version: 'cart-1', step: 'rest', count: 2 }]);
    world.clock.moveTo(NOW + HOUR);
    await world.take();
    expect(await world.store.population()).toEqual([]);
  });

  it('does not fire before its time, even if an event says it was received later (clocks differ)', async () => {
    await world.apply(aJourney());
    await late('Something', { receivedAt: NOW + 2 * HOUR, now: NOW + HOUR - 1 });
    expect((await world.instances())[0]).toMatchObject({ status: 'active', step: 'rest' });
  });
});

describe('an exit and a timer at one instant (R16)', () => {
  const sending = aJourney({
    exits: [{ id: 'bought', event: 'Bought' }],
    steps: { rest: { kind: 'wait', for: 'PT1H', next: 'ask' }, ask: mail, done: { kind: 'exit' } },
  });
  const actionId = actionIdOf(instanceIdOf('cart'), 'ask');

  beforeEach(() => world.apply(sending));

  it('ask for the message once and cancel it in the same breath, in this order', async () => {
    await late('Bought', { receivedAt: NOW + HOUR, now: NOW + HOUR });
    expect((await world.interactions()).map((each) => [each.type, each.actionId])).toEqual([
      ['act', actionId],
      ['cancel', actionId],
    ]);
    expect((await world.instances())[0]).toMatchObject({ status: 'ended', reason: 'bought', timers: {} });
  });

  it('do not ask for it at all when the exit was received before', async () => {
    await late('Bought', { receivedAt: NOW + HOUR - 1, now: NOW + HOUR + MINUTE });
    expect(await world.interactions()).toEqual([]);
    expect((await world.instances())[0]).toMatchObject({ status: 'ended', reason: 'bought' });
  });

  it('cancel nothing that was handed over before', async () => {
    await world.take(anEvent('Cart Left'));
    await world.until(NOW + HOUR);
    await world.take(anOutcome('Email Sent', { instanceId: instanceIdOf('cart'), step: 'ask' }));
    await world.take(anEvent('Bought', { receivedAt: iso(NOW + HOUR) }));
    expect((await world.interactions()).map(({ type }) => type)).toEqual(['act']);
    expect((await world.instances())[0]).toMatchObject({ status: 'ended', reason: 'finished' });
  });
});

describe('one event that means several things', () => {
  it('is a goal before an exit rule before a step (R17)', async () => {
    const listen = { kind: 'await', any: [{ id: 'bought', event: 'Bought', next: 'done' }] };
    const steps = { rest: listen, done: { kind: 'exit', reason: 'step' } };
    const exits = [{ id: 'exit-rule', event: 'Bought' }];
    await world.apply(
      aJourney({ id: 'a-all', steps, exits, goal: { event: 'Bought' } }),
      aJourney({ id: 'b-no-goal', steps, exits }),
      aJourney({ id: 'c-step', steps }),
    );
    await world.take(anEvent('Cart Left'));
    await world.take(anEvent('Bought'));
    expect((await world.instances()).map(({ reason }) => reason)).toEqual(['goal', 'exit-rule', 'step']);
  });

  it('ends an instance and, where re-entry allows, begins the next, which it does not end (R17, R18)', async () => {
    await world.apply(aJourney({ entry: { event: 'Bought', reentry }, goal: { event: 'Bought' } }));
    await world.take(anEvent('Bought', { messageId: '1' }));
    await world.take(anEvent('Bought', { messageId: '2' }));
    const [first, second] = await world.instances();
    expect(first).toMatchObject({ ordinal: 1, status: 'ended', reason: 'goal' });
    expect(second).toMatchObject({ ordinal: 2, status: 'active' });
    expect(await world.told()).toEqual([
      ...['entered', 'arrived', 'waiting'],
      ...['converted', 'interrupted', 'ended'],
      ...['entered', 'arrived', 'waiting'],
    ]);
  });

  it('ends the one and is refused by the door of the other, where re-entry does not allow it', async () => {
    await world.apply(aJourney({ entry: { event: 'Bought' }, goal: { event: 'Bought' } }));
    await world.take(anEvent('Bought', { messageId: '1' }), anEvent('Bought', { messageId: '2' }));
    expect((await world.instances()).map(({ status }) => status)).toEqual(['ended']);
    expect((await world.history()).at(-1)?.trace).toMatchObject([{ what: 'refused', reason: 'REENTRY_NEVER' }]);
  });

  it('concerns nobody else', async () => {
    await world.apply(aJourney({ exits: [{ id: 'left', event: 'Left' }] }));
    await world.take(anEvent('Cart Left'), anEvent('Cart Left', { of: BOB }));
    const before = await world.instances(BOB);
    await world.take(anEvent('Left'));
    expect(await world.instances(BOB)).toEqual(before);
    expect((await world.instances())[0]?.status).toBe('ended');
  });

  it('that concerns nothing leaves nothing behind', async () => {
    await world.apply(aJourney());
    await world.take(anEvent('Cart Left'));
    const before = [await world.history(), await world.store.counts(), await world.emitted()];
    await world.take(anEvent('Something Else'));
    expect([await world.history(), await world.store.counts(), await world.emitted()]).toEqual(before);
  });
});

describe('an instance that ended', () => {
  const send = { start: 'ask', steps: { ask: mail, done: { kind: 'exit' } } };
  const sent = (name: string) => anOutcome(name, { instanceId: instanceIdOf('cart'), step: 'ask' });

  it('is as deaf to the events of the batch that ended it as to those of the next', async () => {
    await world.apply(aJourney(send));
    await world.take(anEvent('Cart Left'));
    await world.take(sent('Email Sent'), sent('Email Bounced'), sent('Offer Accepted'));
    const together = await world.instances();
    const apart = new JourneyWorld();
    await apart.apply(aJourney(send));
    for (const event of [anEvent('Cart Left'), sent('Email Sent'), sent('Email Bounced'), sent('Offer Accepted')])
      await apart.take(event);
    expect(together).toEqual(await apart.instances());
    expect(together[0]?.steps['ask']).toMatchObject({ outcome: 'sent' });
  });

  describe('with an open window', () => {
    const goal = { event: 'Bought', window: 'P1D', value: 'event.properties.revenue' };
    const bought = (messageId: string, revenue: number) => anEvent('Bought', { messageId, properties: { revenue } });

    beforeEach(async () => {
      await world.apply(aJourney({ goal }));
      await world.take(anEvent('Cart Left'));
      await world.until(NOW + 2 * HOUR);
    });

    const converted = async () =>
      (await world.store.counts()).filter(({ what }) => what === 'converted').map(({ count, value }) => [count, value]);

    it('converts once, and stays ended for the reason it had (R18)', async () => {
      await world.take(bought('1', 40), bought('2', 70));
      await world.take(bought('3', 10));
      expect((await world.instances())[0]).toMatchObject({ reason: 'finished', converted: { value: 40 }, timers: {} });
      expect(await converted()).toEqual([[1, 40]]);
    });

    it('converts no more when the window is closed', async () => {
      await world.until(NOW + 25 * HOUR);
      await world.take(bought('1', 40));
      expect(await converted()).toEqual([]);
    });
  });
});

describe('assignments (R47)', () => {
  const test = (journeyId: string, ...ids: string[]) =>
    aJourney({
      id: journeyId,
      start: 'test',
      steps: {
        test: {
          kind: 'split',
          seed: 'shared',
          variants: ids.map((variant) => ({ id: variant, weight: 1, next: 'done' })),
        },
        done: { kind: 'exit' },
      },
    });
  const assigned = async () => (await world.stored(ADA)).assignments.get(ADA);
  const sticky = async () =>
    (await world.history()).flatMap(({ trace }) =>
      trace.flatMap((each) => (each.what === 'assigned' ? [each.sticky] : [])),
    );

  it('made by one journey are kept by the next, already in the same batch', async () => {
    await world.apply(test('a', 'x', 'y'), test('b', 'x', 'y'));
    await world.take(anEvent('Cart Left'));
    expect(await sticky()).toEqual([false, true]);
    const [first, second] = await world.instances();
    expect(second?.steps['test']?.variant).toBe(first?.steps['test']?.variant);
    expect(await assigned()).toEqual({ shared: first?.steps['test']?.variant });
  });

  it('are not replaced by a test of the same seed with other variants, already in the same batch', async () => {
    await world.apply(test('a', 'x', 'y'), test('b', 'p', 'q'), test('c', 'x', 'y'));
    await world.take(anEvent('Cart Left'));
    expect(await sticky()).toEqual([false, false, true]);
    expect(await assigned()).toEqual({ shared: (await world.instances())[0]?.steps['test']?.variant });
  });

  it('are of each customer on her own', async () => {
    await world.apply(test('a', 'x', 'y'));
    await world.take(anEvent('Cart Left'), anEvent('Cart Left', { of: BOB }));
    expect((await world.history(BOB))[0]?.trace).toContainEqual(
      expect.objectContaining({ what: 'assigned', sticky: false }),
    );
  });
});

describe('history', () => {
  const branching = aJourney({
    steps: {
      rest: { kind: 'wait', for: 'PT1H', next: 'which' },
      which: {
        kind: 'branch',
        when: [{ id: 'gold', if: 'customer.traits.plan == "gold"', next: 'done' }],
        default: 'done',
      },
      done: { kind: 'exit' },
    },
  });

  it('has one entry for each input, with its event, the context it read, and a trace of every operand (R13, R14)', async () => {
    await world.apply(branching);
    world.know(aCustomer({ version: 4, traits: { plan: 'silver' } }));
    await world.take(anEvent('Cart Left', { messageId: 'm1' }));
    world.know(aCustomer({ version: 6, traits: { plan: 'gold' } }));
    await world.until(NOW + HOUR);
    const of = { journeyId: 'cart', version: 'cart-1', instanceId: instanceIdOf('cart') };
    const [entered, fired] = await world.history();
    expect(entered).toMatchObject({ ...of, at: iso(NOW), messageId: 'm1', contextVersion: 4 });
    expect(fired).toMatchObject({ ...of, at: iso(NOW + HOUR), contextVersion: 6 });
    expect(fired?.messageId).toBeUndefined();
    expect(fired?.trace).toContainEqual(
      expect.objectContaining({
        what: 'branched',
        chosen: 'gold',
        tested: [
          expect.objectContaining({ result: true, operands: [{ path: 'customer.traits.plan', value: 'gold' }] }),
        ],
      }),
    );
  });

  it('knows an event from a timer, whatever the event is called', async () => {
    await world.apply(aJourney());
    const messageId = `timer ${NOW + HOUR} 1`;
    await world.take(anEvent('Cart Left', { messageId }));
    expect((await world.history())[0]?.messageId).toBe(messageId);
  });

  it('has nothing of what changed nothing that can be told', async () => {
    await world.apply(aJourney({ goal: { event: 'Bought', window: 'PT2H' } }));
    await world.take(anEvent('Cart Left'));
    await world.until(NOW + HOUR);
    const before = await world.history();
    await world.until(NOW + 3 * HOUR);
    expect(await world.history()).toEqual(before);
    expect((await world.instances())[0]?.timers).toEqual({});
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EntryLedger } from '@waymark/journey-engine';
import { JourneyWorld } from '../testing/journey-world.js';
import { ADA, aCustomer, aJourney, anEvent, BOB, HOUR, instanceIdOf, mail, NOW, reentry } from '../testing/samples.js';

const iso = (moment: number) => new Date(moment).toISOString();

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

describe('the door of a journey (R3)', () => {
  const consents = { email: { marketing: 'denied' as const } };

  it.each([
    ['ALREADY_ACTIVE', {}, {}],
    ['ALREADY_ACTIVE', { entry: { event: 'Cart Left', reentry } }, {}],
    ['ALREADY_ACTIVE', { entry: { event: 'Cart Left', reentry: { always: { maxConcurrent: 1 } } } }, {}],
    ['REENTRY_NEVER', {}, { after: HOUR }],
    [
      'REENTRY_WINDOW',
      { entry: { event: 'Cart Left', reentry: { afterExit: { minInterval: 'P1D' } } } },
      { after: HOUR },
    ],
    [
      'REENTRY_WINDOW',
      { entry: { event: 'Cart Left', reentry: { afterExit: { minInterval: 'PT3H', from: 'entry' } } } },
      { after: 2 * HOUR },
    ],
    ['NOT_ELIGIBLE', { entry: { event: 'Cart Left', where: 'event.messageId != "second"' } }, {}],
    ['NOT_ELIGIBLE', { entry: { event: 'Cart Left', correlate: 'event.properties.order' } }, {}],
    ['CONSENT', { policy: {}, start: 'ask', steps: { ask: mail, done: { kind: 'exit' } } }, { consents }],
  ])(
    'refuses with %s, recorded with its reason and counted: %j',
    async (reason, journey, { after = 0, consents: denied = {} }: { after?: number; consents?: object }) => {
      await world.apply(aJourney(journey));
      await world.take(anEvent('Cart Left', { messageId: 'first', properties: { order: 'o1' } }));
      await world.until(NOW + after);
      world.know(aCustomer({ version: 9, consents: denied as never }));
      const emitted = await world.emitted();
      await world.take(anEvent('Cart Left', { messageId: 'second', receivedAt: iso(NOW + after) }));
      const entry = (await world.history()).at(-1);
      expect(entry).toEqual({
        at: iso(NOW + after),
        journeyId: 'cart',
        version: 'cart-1',
        messageId: 'second',
        contextVersion: 9,
        trace: [expect.objectContaining({ what: 'refused', reason, detail: expect.any(String) })],
      });
      expect(await world.instances()).toHaveLength(1);
      expect(await world.emitted()).toEqual(emitted);
      const refused = (await world.store.counts()).filter(({ what }) => what === 'refused');
      expect(refused.map(({ key, count }) => [key, count])).toEqual([[reason, 1]]);
    },
  );

  it('keeps apart whom its condition refuses: the newest 20 of each customer, until they are forgotten; all are counted', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', where: 'event.properties.isIn' } }));
    const left = (messageId: string, isIn: boolean, of = ADA) =>
      anEvent('Cart Left', { messageId, of, properties: { isIn } });
    const out = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => left(`out ${from + i}`, false));
    await world.take(left('first', true), left('second', true), ...out(1, 15));
    await world.take(...out(16, 10), left('his', false, BOB));
    const told = async () => (await world.history()).map(({ messageId }) => messageId);
    expect(await told()).toEqual(['first', 'second', ...out(6, 20).map(({ messageId }) => messageId)]);
    expect(await world.told(BOB)).toEqual(['refused']);
    const refused = (await world.store.counts()).filter(({ what }) => what === 'refused');
    expect(refused.map(({ key, count }) => [key, count])).toEqual([
      ['ALREADY_ACTIVE', 1],
      ['NOT_ELIGIBLE', 26],
    ]);
    const forgotten = await world.store.forget({ endedBefore: NOW + 1, now: NOW, max: 9 });
    expect(forgotten).toEqual({ instances: 0, recent: 0, notEligible: 2 });
    expect(await told()).toEqual(['first', 'second']);
  });

  it('lets several in at once up to its limit, also within one batch', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', reentry: { always: { maxConcurrent: 2 } } } }));
    await world.take(...['1', '2', '3'].map((messageId) => anEvent('Cart Left', { messageId })));
    expect((await world.instances()).map(({ ordinal }) => ordinal)).toEqual([1, 2]);
    expect((await world.history()).at(-1)?.trace).toMatchObject([{ what: 'refused', reason: 'MAX_CONCURRENT' }]);
  });

  it('is held by the store when re-entry changes there and back (R1)', async () => {
    const often = { always: { maxConcurrent: 3 } };
    for (const [nth, of] of [often, often, 'never', often, reentry, reentry].entries()) {
      await world.apply(aJourney({ entry: { event: 'Cart Left', reentry: of } }));
      if (nth === 5) await world.until(NOW + HOUR);
      const receivedAt = iso(world.clock.now());
      await world.take(anEvent('Cart Left', { messageId: String(nth), receivedAt }));
    }
    const of = (await world.instances()).map(({ ordinal, status, exclusive }) => [ordinal, status, exclusive]);
    expect(of).toEqual([
      [1, 'ended', undefined],
      [2, 'ended', undefined],
      [3, 'ended', undefined],
      [4, 'active', true],
    ]);
    const twin = { ...(await world.instances())[3]!, id: 'twin' as never, ordinal: 5 };
    await expect(world.plant({ instances: [twin] })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });

  it('tells parallel instances apart by their correlation key (R1)', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', correlate: 'event.properties.order' } }));
    const left = (messageId: string, order: string) => anEvent('Cart Left', { messageId, properties: { order } });
    await world.take(left('1', 'o1'), left('2', 'o2'), left('3', 'o1'));
    expect((await world.instances()).map(({ correlationKey }) => correlationKey)).toEqual(['o1', 'o2']);
    expect((await world.told()).filter((what) => what === 'refused')).toHaveLength(1);
  });

  it('sees the customer as she is after the event (R4)', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', where: 'customer.counters["Cart Left"] == 1.0' } }));
    world.know(aCustomer({ version: 1, counters: { 'Cart Left': 1 } }));
    await world.take(anEvent('Cart Left', { contextVersion: 1 }));
    expect(await world.instances()).toHaveLength(1);
  });
});

describe('the entry ledger (R2)', () => {
  const key = { journeyId: 'cart', customerId: ADA, correlationKey: '' };

  /** What is left when retention has removed instances and history. */
  async function remember(ledger: EntryLedger): Promise<void> {
    await world.plant({ ledgers: [{ ...key, ledger }] });
    world.restart();
  }

  const ledger = async () => (await world.stored(ADA)).ledgers;

  it('keeps her out for good without any instance left', async () => {
    await world.apply(aJourney());
    await remember({ entries: 1, active: 0, lastEntryAt: '2020-01-01T00:00:00Z', lastExitAt: '2020-01-02T00:00:00Z' });
    await world.take(anEvent('Cart Left'));
    expect(await world.instances()).toEqual([]);
    expect((await world.history())[0]?.trace).toMatchObject([{ reason: 'REENTRY_NEVER' }]);
  });

  it('goes on counting, so that no id comes twice', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', reentry } }));
    await remember({ entries: 3, active: 0, lastEntryAt: '2020-01-01T00:00:00Z', lastExitAt: '2020-01-02T00:00:00Z' });
    await world.take(anEvent('Cart Left'));
    expect(await world.instances()).toMatchObject([{ ordinal: 4, id: instanceIdOf('cart', { ordinal: 4 }) }]);
  });

  it('knows who is in, and when somebody came and went', async () => {
    await world.apply(aJourney());
    await world.take(anEvent('Cart Left'));
    expect(await ledger()).toEqual([{ ...key, ledger: { entries: 1, active: 1, lastEntryAt: iso(NOW) } }]);
    await world.until(NOW + HOUR);
    expect(await ledger()).toEqual([
      { ...key, ledger: { entries: 1, active: 0, lastEntryAt: iso(NOW), lastExitAt: iso(NOW + HOUR) } },
    ]);
  });

  it('knows of somebody who came and went in one step', async () => {
    await world.apply(aJourney({ start: 'done', steps: { done: { kind: 'exit' } } }));
    await world.take(anEvent('Cart Left'));
    expect((await ledger())[0]?.ledger).toEqual({ entries: 1, active: 0, lastEntryAt: iso(NOW), lastExitAt: iso(NOW) });
  });

  it("is the journey's and not the version's", async () => {
    await world.apply(aJourney());
    await world.take(anEvent('Cart Left', { messageId: '1' }));
    await world.until(NOW + HOUR);
    await world.apply(aJourney({ name: 'Another version' }));
    await world.take(anEvent('Cart Left', { messageId: '2' }));
    expect((await world.history()).at(-1)).toMatchObject({ version: 'cart-2', trace: [{ reason: 'REENTRY_NEVER' }] });
  });
});

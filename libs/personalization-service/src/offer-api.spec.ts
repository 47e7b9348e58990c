import { beforeEach, describe, expect, it } from '@jest/globals';
import { aChannel, aCompensate, aCustomer, aDecide, aJourney, anOffer, aTemplate, START } from './testing/samples.js';
import { PersonalizationWorld } from './testing/personalization-world.js';

const NOW = Date.parse(START);
const HOUR = 3_600_000;
const ADA = 'ada' as never;
const AUTOMATIC = { strategy: 'automate', automate: { undo: 'PT2H' } };

let world: PersonalizationWorld;

beforeEach(() => {
  world = new PersonalizationWorld();
});

const offers = () => world.personalization.offers;
const decide = (over: object = {}) => offers().decide({ customer: 'ada', slot: 'next', context: {}, ...over });
const passTime = () => world.clock.moveTo(world.clock.now() + 1);
const failing = (code: string, message?: string) =>
  expect.objectContaining({ code, ...(message !== undefined && { message }) });

describe('before a workspace is there', () => {
  it('is not ready, which may be tried again', async () => {
    await expect(decide()).rejects.toEqual(expect.objectContaining({ code: 'NOT_READY', kind: 'transient' }));
  });
});

describe('a decision asked for by a page', () => {
  beforeEach(async () => {
    await world.apply(aChannel(), aTemplate(), aJourney(), anOffer(), anOffer({ id: 'second', value: 5 }));
  });

  it('is answered and recorded, and sends nothing', async () => {
    const decision = await decide();
    expect(decision).toMatchObject({
      customerId: 'ada',
      at: START,
      slot: 'next',
      cause: {},
      winner: 'refill',
      strategy: 'curate',
      contextVersion: 7,
      revision: 1,
      explored: false,
    });
    expect(await offers().decision(decision.decisionId)).toEqual(decision);
    expect(await offers().decisions('ada', 10)).toEqual([decision]);
    expect(await world.take()).toEqual([]);
    expect(await world.events()).toEqual([]);
    expect(await world.store.offersMade([ADA], 0)).toEqual([]);
  });

  it('ranks everything that is better than doing nothing: the page shows as many as it likes', async () => {
    await world.apply(anOffer({ id: 'third', value: 1 }), anOffer({ id: 'loss', value: -1 }));
    expect((await decide()).ranked).toEqual(['refill', 'second', 'third']);
  });

  it('is another one each time, with an id of its own', async () => {
    const one = await decide();
    passTime();
    const other = await decide();
    expect(one.decisionId).not.toBe(other.decisionId);
    expect(await offers().decisions('ada', 1)).toEqual([other]);
  });

  it('lets what only answers a request answer, which in a journey nobody asked for (R55)', async () => {
    await world.apply(anOffer({ strategy: 'respond' }));
    expect(await decide()).toMatchObject({ winner: 'refill', strategy: 'respond' });
    passTime();
    await world.take(aDecide());
    const [inJourney] = await offers().decisions('ada', 1);
    expect(inJourney).toMatchObject({ winner: 'second' });
    expect(inJourney!.candidates[0]).toMatchObject({ offerId: 'refill', reason: 'AGENCY' });
  });

  it('sees what the page says of the moment', async () => {
    await world.apply(anOffer({ applicable: 'event.properties.page == "checkout"' }));
    expect((await decide({ context: { page: 'checkout' } })).winner).toBe('refill');
    expect((await decide({ context: { page: 'home' } })).winner).toBe('second');
  });

  it('counts what journeys have offered towards the limits, and adds nothing to them', async () => {
    await world.apply(anOffer({ limits: { perCustomer: { limit: 1, window: 'P1D' } } }));
    expect([(await decide()).winner, (await decide()).winner]).toEqual(['refill', 'refill']);
    await world.take(aDecide());
    expect((await decide()).winner).toBe('second');
    world.clock.moveTo(NOW + 24 * HOUR);
    expect((await decide()).winner).toBe('refill');
  });

  it('is among the offers of every journey that has the slot, and of no other slot', async () => {
    await world.apply(
      anOffer({ id: 'homely', category: 'home' }),
      anOffer({ id: 'elsewhere', category: 'attic' }),
      aJourney({ offers: { ids: ['homely'] } }, { id: 'home' }),
      aJourney({ slot: 'other', offers: { categories: ['attic'] } }, { id: 'attic' }),
    );
    const { candidates } = await decide();
    expect(candidates.map(({ offerId }) => offerId)).toEqual(['homely', 'refill', 'second']);
  });

  it.each([
    ['slot', { slot: 'nowhere' }, 'no journey has a slot "nowhere"'],
    ['customer', { customer: 'nobody' }, 'there is no customer nobody'],
  ])('is NOT_FOUND for a %s that is not there', async (_, over, message) => {
    await expect(decide(over)).rejects.toEqual(failing('NOT_FOUND', message));
  });

  it('is NOT_FOUND by an id that is none', async () => {
    await expect(offers().decision('none')).rejects.toEqual(failing('NOT_FOUND'));
  });

  it('is counted by offer and reason', async () => {
    await decide();
    await decide();
    const counts = await offers().candidateCounts();
    expect(counts).toContainEqual({ offerId: 'refill', reason: 'WON', count: 2 });
  });

  it('can be among the offers that are listed', () => {
    expect(offers().offers()).toEqual([anOffer(), anOffer({ id: 'second', value: 5 })]);
  });
});

describe('an answer to an offer', () => {
  const respond = (outcome: 'accepted' | 'declined' | 'dismissed', over: object = {}) =>
    offers().respond({ customer: 'ada', offer: 'refill', outcome, ...over });

  beforeEach(async () => {
    await world.apply(aChannel(), aTemplate(), aJourney(), anOffer(), anOffer({ id: 'second', value: 5 }));
  });

  it.each([
    ['accepted', 'Offer Accepted'],
    ['declined', 'Offer Declined'],
    ['dismissed', 'Offer Dismissed'],
  ] as const)(
    '%s becomes the event %s, with the journey and step that made the offer as its cause',
    async (outcome, event) => {
      await world.take(aDecide());
      await respond(outcome);
      const [decision] = await offers().decisions('ada', 1);
      expect(await world.events()).toEqual([
        {
          schemaVersion: 1,
          type: 'track',
          messageId: expect.any(String),
          source: 'waymark',
          customerId: 'ada',
          event,
          properties: { offerId: 'refill' },
          traits: {},
          context: {},
          timestamp: START,
          receivedAt: START,
          cause: {
            instanceId: 'i1',
            journeyId: 'cart',
            stepId: 'offer',
            visit: 1,
            decisionId: decision!.decisionId,
            offerId: 'refill',
          },
        },
      ]);
    },
  );

  it('told twice is one event, by its message id (R71); another answer is another event', async () => {
    await decide();
    await respond('accepted');
    await respond('accepted');
    await respond('declined');
    const [first, again, other] = (await world.events()).map(({ messageId }) => messageId);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('belongs to the newest decision that ranked the offer', async () => {
    const older = await decide();
    await world.apply(anOffer({ id: 'second', value: 5, eligible: 'false' }));
    passTime();
    const newer = await decide();
    await respond('accepted');
    await respond('accepted', { offer: 'second' });
    expect((await world.events()).map(({ cause }) => cause?.decisionId)).toEqual([newer.decisionId, older.decisionId]);
  });

  it.each([
    ['an offer that was not made to her', { offer: 'third' }],
    ['somebody who is not there', { customer: 'nobody' }],
  ])('to %s is NOT_FOUND, and tells nobody', async (_, over) => {
    await decide();
    await expect(respond('accepted', over)).rejects.toEqual(failing('NOT_FOUND'));
    expect(await world.events()).toEqual([]);
  });

  it('to an offer that was only a candidate is NOT_FOUND', async () => {
    world.know(aCustomer({ consents: {} }));
    await decide();
    await expect(respond('accepted')).rejects.toEqual(failing('NOT_FOUND', 'the offer "refill" was not made to her'));
  });
});

describe('undoing an automatic act', () => {
  const undo = (over: object = {}) => offers().undo({ customer: 'ada', offer: 'refill', ...over });

  beforeEach(async () => {
    world.know(aCustomer({ agency: { cart: 'automate' } }));
    await world.apply(aChannel(), aTemplate(), aJourney(), anOffer(AUTOMATIC), anOffer({ id: 'second', value: 5 }));
  });

  /** What the journey asks for when it has heard of the undo. */
  async function hear(): Promise<void> {
    const [event] = (await world.events()).slice(-1);
    await world.take(aCompensate({ offerId: 'refill', decisionId: event!.cause!.decisionId! }));
  }

  it('inside its window becomes Offer Undone, with the cause of the act', async () => {
    await world.take(aDecide());
    await undo();
    expect(await world.events()).toEqual([
      expect.objectContaining({
        event: 'Offer Undone',
        customerId: 'ada',
        properties: { offerId: 'refill' },
        cause: expect.objectContaining({ instanceId: 'i1', stepId: 'offer', offerId: 'refill' }),
      }),
    ]);
  });

  it.each([
    ['at the last moment is in time', 2 * HOUR, undefined],
    ['a moment later is UNDO_EXPIRED', 2 * HOUR + 1, 'it could be undone until 2026-05-04T10:00:00.000Z'],
  ])('%s', async (_, later, refusal) => {
    await world.take(aDecide());
    world.clock.moveTo(NOW + later);
    if (refusal === undefined) await undo();
    else await expect(undo()).rejects.toEqual(failing('UNDO_EXPIRED', refusal));
    expect(await world.events()).toHaveLength(refusal === undefined ? 1 : 0);
  });

  it('again is UNDO_DONE, even after the window', async () => {
    await world.take(aDecide());
    await undo();
    await hear();
    await expect(undo()).rejects.toEqual(failing('UNDO_DONE', `it was undone on ${START}`));
    world.clock.moveTo(NOW + 3 * HOUR);
    await expect(undo()).rejects.toEqual(failing('UNDO_DONE'));
    expect(await world.events()).toHaveLength(1);
  });

  it('twice before the first is heard is one event, by its message id: it is compensated once', async () => {
    await world.take(aDecide());
    await undo();
    await undo();
    const [first, second] = await world.events();
    expect(second?.messageId).toBe(first?.messageId);
  });

  it('takes back the newest act, on its own window', async () => {
    await world.take(aDecide());
    await undo();
    await hear();
    world.clock.moveTo(NOW + 3 * HOUR);
    await world.take(aDecide({ actionId: 'decide2' as never }));
    await undo();
    const [first, second] = await world.events();
    expect(second?.cause?.decisionId).not.toBe(first?.cause?.decisionId);
  });

  it.each([
    ['an offer made as a choice', { offer: 'second' }],
    ['an offer never made', { offer: 'third' }],
    ['somebody who is not there', { customer: 'nobody' }],
  ])('of %s is NOT_FOUND', async (_, over) => {
    await world.take(aDecide({ top: 2 }));
    await expect(undo(over)).rejects.toEqual(failing('NOT_FOUND'));
  });

  it('of what a page only showed is NOT_FOUND: nothing was done for her', async () => {
    await decide();
    await expect(undo()).rejects.toEqual(failing('NOT_FOUND'));
  });
});

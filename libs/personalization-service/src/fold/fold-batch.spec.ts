import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  aCancel,
  aChannel,
  aCompensate,
  aCustomer,
  aDecide,
  anAct,
  anOffer,
  aTemplate,
  START,
} from '../testing/samples.js';
import { delivered, PersonalizationWorld, reported } from '../testing/personalization-world.js';

const NOW = Date.parse(START);
const HOUR = 3_600_000;
const id = (text: string) => text as never;

let world: PersonalizationWorld;

beforeEach(async () => {
  world = new PersonalizationWorld();
  await world.apply(aChannel(), aChannel({ id: 'hook', type: 'webhook', url: 'https://x.example' }), aTemplate());
});

describe('a message asked for', () => {
  it('is rendered and sent on with everything that says what it is and why', async () => {
    world.clock.moveTo(NOW + HOUR);
    expect(await world.take(anAct())).toEqual([
      {
        schemaVersion: 1,
        type: 'deliver',
        actionId: 'act1',
        customerId: 'ada',
        channel: 'email',
        class: 'marketing',
        categories: ['cart'],
        priority: 3,
        content: { text: 'Hello Ada' },
        contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        requestedAt: '2026-05-04T09:00:00.000Z',
        contextVersion: 7,
        cause: anAct().cause,
      },
    ]);
  });

  it('reads the context of the moment, and the frozen entry, event, steps and data (R60)', async () => {
    const seen = (name: string) => ({ name, messageId: 'm', properties: { sku: name }, timestamp: START });
    const text =
      '{{ customer.traits.firstName }} {{ entry.properties.sku }} {{ event.name }} {{ steps.ask.matched }} {{ data.sum }} {{ now }}';
    const [action] = delivered(
      await world.take(
        anAct({
          content: { text },
          entry: seen('Cart Left'),
          event: seen('Cart Seen'),
          steps: { ask: { at: START, matched: 'yes' } },
          data: { sum: 42 },
        }),
      ),
    );
    expect(action?.content.text).toBe(`Ada Cart Left Cart Seen yes 42 ${START}`);
  });

  it('shows a date as of the moment of its batch', async () => {
    const content = { text: '{{ now | date: "%d %b %Y" }}' };
    const [action] = delivered(await world.take(anAct({ content })));
    expect(action?.content.text).toBe('04 May 2026');
  });

  it('is of somebody unknown with an empty context, not an error', async () => {
    const [action] = delivered(await world.take(anAct({ customerId: id('bob') })));
    expect(action).toMatchObject({ content: { text: 'Hello ' }, contextVersion: 0 });
  });

  it.each([
    [undefined, undefined],
    ['PT30M', '2026-05-04T08:30:00.000Z'],
    ['P1M', '2026-06-04T08:00:00.000Z'],
  ])(
    'with a ttl of %s expires at %s, counted from when it was asked for and not from when it was rendered',
    async (ttl, expiresAt) => {
      world.clock.moveTo(NOW + HOUR);
      const [action] = delivered(await world.take(anAct({ ttl })));
      expect(action?.expiresAt).toBe(expiresAt);
    },
  );

  it('keeps the hash of what it says and the version of its template (R60)', async () => {
    const act = (actionId: string) => anAct({ actionId: id(actionId), template: 'refill' });
    const [first, second] = delivered(await world.take(act('a'), act('b')));
    await world.apply(aTemplate({ text: 'New {{ offer.id }}' }));
    const [third] = delivered(await world.take(act('c')));
    expect([first, second, third].map((action) => action?.templateVersion)).toEqual([
      'refill-1',
      'refill-1',
      'refill-2',
    ]);
    const sha = createHash('sha256').update(JSON.stringify(first!.content)).digest('hex');
    expect([first?.contentHash, second?.contentHash]).toEqual([sha, sha]);
    expect(third?.contentHash).not.toBe(sha);
  });

  it('has no template version when its content is in place', async () => {
    expect(delivered(await world.take(anAct()))[0]).not.toHaveProperty('templateVersion');
  });
});

describe('content that cannot be rendered', () => {
  it.each([
    ['a filter that does not exist', { content: { text: '{{ x | shout }}' } }, /undefined filter: shout/],
    ['Liquid that does not parse', { content: { html: '{% if %}' } }, /^html: /],
    ['JSON that is none', { content: { json: '{' } }, /^json: /],
    ['a template that is not there', { template: 'gone' }, /^there is no template "gone" for email/],
    ['a template that is broken', { template: 'broken' }, /^text: /],
    ['neither template nor content', { content: undefined }, /^there is no template/],
  ])('%s is a failure of this message alone, told to the journey', async (_, what, reason) => {
    await world.apply(aTemplate({ id: 'broken', text: '{{ x | nonsense }}' }));
    const bad = anAct({ actionId: id('bad'), ...what });
    const actions = await world.take(anAct({ actionId: id('before') }), bad, anAct({ actionId: id('after') }));
    expect(delivered(actions).map(({ actionId }) => actionId)).toEqual(['before', 'after']);
    expect(actions[1]).toEqual({
      schemaVersion: 1,
      type: 'report',
      customerId: 'ada',
      messageId: 'bad.failed',
      event: 'Email Failed',
      properties: { channel: 'email', outcome: 'failed', reason: expect.stringMatching(reason) },
      requestedAt: START,
      cause: bad.cause,
    });
  });

  it.each([
    ['hook', 'Webhook Failed'],
    ['no-such-channel', 'Log Message Failed'],
  ])('on the channel %s is the event %s', async (channel, event) => {
    const actions = await world.take(anAct({ channel, content: { text: '{{ x | shout }}' } }));
    expect(reported(actions).map((report) => report.event)).toEqual([event]);
  });
});

describe('a decision asked for by a journey', () => {
  beforeEach(async () => {
    await world.apply(
      anOffer(),
      anOffer({ id: 'second', value: 5 }),
      anOffer({ id: 'other', category: 'home', value: 100 }),
    );
  });

  it('that an offer wins is told first, then its message goes out', async () => {
    const [made, message, ...others] = await world.take(aDecide({ ttl: 'P1D' }));
    const [decision] = await world.store.decisions(id('ada'), 10);
    expect(others).toEqual([]);
    expect(made).toEqual({
      schemaVersion: 1,
      type: 'report',
      customerId: 'ada',
      messageId: 'decide1.decision',
      event: 'Decision Made',
      properties: { slot: 'next', result: 'won', offerId: 'refill', strategy: 'curate', ranked: ['refill'] },
      requestedAt: START,
      cause: { ...aDecide().cause, decisionId: decision!.decisionId, offerId: 'refill' },
    });
    expect(message).toMatchObject({
      type: 'deliver',
      actionId: 'decide1',
      channel: 'email',
      content: { subject: 'Refill?', text: 'For Ada: refill' },
      templateVersion: 'refill-1',
      offer: { id: 'refill', strategy: 'curate', value: 10 },
      expiresAt: '2026-05-05T08:00:00.000Z',
      cause: made!.cause,
    });
  });

  it('is stored with everything that says why (R55)', async () => {
    await world.take(aDecide());
    expect(await world.store.decisions(id('ada'), 10)).toEqual([
      {
        decisionId: expect.any(String),
        customerId: 'ada',
        at: START,
        slot: 'next',
        cause: aDecide().cause,
        revision: 2,
        contextVersion: 7,
        candidates: [
          expect.objectContaining({ offerId: 'refill', version: 'refill-2', reason: 'WON' }),
          expect.objectContaining({ offerId: 'second', version: 'second-2', reason: 'OUTRANKED' }),
        ],
        ranked: ['refill'],
        winner: 'refill',
        strategy: 'curate',
        explored: false,
        seed: expect.any(String),
      },
    ]);
  });

  it('that nothing wins is told, stored, and sends nothing (R58)', async () => {
    world.know(aCustomer({ consents: {} }));
    const actions = await world.take(aDecide());
    expect(actions).toHaveLength(1);
    expect(reported(actions)[0]?.properties).toEqual({
      slot: 'next',
      result: 'none',
      offerId: null,
      strategy: null,
      ranked: [],
    });
    const [decision] = await world.store.decisions(id('ada'), 10);
    expect(decision).not.toHaveProperty('winner', expect.anything());
    expect(decision!.candidates.map(({ reason }) => reason)).toEqual(['CONSENT', 'CONSENT']);
    expect(await world.store.offersMade([id('ada')], 0)).toEqual([]);
  });

  it.each([
    [{ ids: ['second'] }, ['second']],
    [{ categories: ['home'] }, ['other']],
    [{ ids: ['other'], categories: ['cart'] }, ['other', 'refill', 'second']],
    [{ ids: ['gone'] }, []],
  ])('is among the offers %j', async (offers, candidates) => {
    await world.take(aDecide({ offers }));
    const [decision] = await world.store.decisions(id('ada'), 10);
    expect(decision!.candidates.map(({ offerId }) => offerId)).toEqual(candidates);
  });

  it('with several ranked makes one message that carries them all, on the channel of the winner', async () => {
    const text = '{% for o in offers %}{{ o.id }} ({{ o.strategy }}, {{ o.value }}) {% endfor %}{{ decisionId }}';
    await world.apply(aTemplate({ text }));
    const actions = await world.take(aDecide({ top: 2 }));
    const [decision] = await world.store.decisions(id('ada'), 10);
    expect(delivered(actions).map(({ content }) => content.text)).toEqual([
      `refill (curate, 10) second (curate, 5) ${decision!.decisionId}`,
    ]);
    expect(reported(actions)[0]?.properties['ranked']).toEqual(['refill', 'second']);
    const made = await world.store.offersMade([id('ada')], 0);
    expect(made.map(({ offerId }) => offerId).sort()).toEqual(['refill', 'second']);
  });

  it("is made at the customer's level, in the message too", async () => {
    await world.apply(
      anOffer({ strategy: 'automate', automate: { undo: 'PT1H' } }),
      aTemplate({ text: '{{ offer.strategy }}' }),
    );
    world.know(aCustomer({ agency: { cart: 'coach' } }));
    const [message] = delivered(await world.take(aDecide()));
    expect([message?.content.text, message?.offer?.strategy]).toEqual(['coach', 'coach']);
  });

  it('of an offer whose message cannot be rendered is made, its message fails, and the offer does not count as made', async () => {
    await world.apply(aTemplate({ text: '{{ x | shout }}' }));
    const actions = await world.take(aDecide());
    expect(reported(actions).map(({ event, messageId }) => [event, messageId])).toEqual([
      ['Decision Made', 'decide1.decision'],
      ['Email Failed', 'decide1.failed'],
    ]);
    expect(delivered(actions)).toEqual([]);
    expect(await world.store.offersMade([id('ada')], 0)).toEqual([]);
  });

  it('is the same decision and the same message when its batch is made again after a crash', async () => {
    const again = new PersonalizationWorld();
    await again.apply(aChannel(), aTemplate());
    await again.apply(anOffer(), anOffer({ id: 'second', value: 10 }));
    await world.apply(anOffer({ id: 'second', value: 10 }));
    const exploring = ['a', 'b', 'c', 'd'].map((actionId) => aDecide({ actionId: id(actionId), explore: 1, top: 2 }));
    const idsOf = async (of: PersonalizationWorld) =>
      reported(await of.take(...exploring)).map(({ cause, properties }) => [cause.decisionId, properties['ranked']]);
    expect(await idsOf(again)).toEqual(await idsOf(world));
  });
});

describe('the limit of an offer', () => {
  const decides = (...actionIds: string[]) => actionIds.map((actionId) => aDecide({ actionId: id(actionId) }));
  const results = async (...actionIds: string[]) =>
    reported(await world.take(...decides(...actionIds))).map(({ properties }) => properties['result']);

  beforeEach(async () => {
    await world.apply(anOffer({ limits: { perCustomer: { limit: 2, window: 'P1D' } } }));
  });

  it('counts what was made earlier in the same batch', async () => {
    expect(await results('a', 'b', 'c')).toEqual(['won', 'won', 'none']);
  });

  it('counts what was made in earlier batches, until it is outside the window', async () => {
    expect(await results('a')).toEqual(['won']);
    world.clock.moveTo(NOW + HOUR);
    expect(await results('b', 'c')).toEqual(['won', 'none']);
    world.clock.moveTo(NOW + 24 * HOUR);
    expect(await results('d', 'e')).toEqual(['won', 'none']);
  });

  it('is of each customer on her own', async () => {
    world.know(aCustomer({ id: id('bob') }));
    await results('a', 'b');
    const [decision] = reported(await world.take(aDecide({ actionId: id('c'), customerId: id('bob') })));
    expect(decision?.properties['result']).toBe('won');
  });

  it('of a year looks back a year', async () => {
    await world.apply(anOffer({ limits: { perCustomer: { limit: 1, window: 'P1Y' } } }));
    expect(await results('a')).toEqual(['won']);
    world.clock.moveTo(Date.parse('2027-05-04T07:59:59Z'));
    expect(await results('b')).toEqual(['none']);
    world.clock.moveTo(Date.parse('2027-05-04T08:00:00Z'));
    expect(await results('c')).toEqual(['won']);
  });
});

describe('an automatic act', () => {
  const automatic = {
    strategy: 'automate',
    automate: { undo: 'PT2H', compensate: { channel: 'hook', template: 'take-back' } },
  };
  const takeBack = aTemplate({
    id: 'take-back',
    channel: 'hook',
    json: { offer: '{{ offer.id }}', decision: '{{ decisionId }}', who: '{{ customer.traits.firstName }}' },
  });

  beforeEach(async () => {
    await world.apply(anOffer(automatic), takeBack);
    world.know(aCustomer({ agency: { cart: 'automate' } }));
  });

  async function made() {
    return (await world.store.offersMade([id('ada')], 0))[0]!;
  }

  it('can be undone within its window, and no other strategy can', async () => {
    await world.take(aDecide());
    expect(await made()).toMatchObject({ offerId: 'refill', strategy: 'automate', at: NOW, undoUntil: NOW + 2 * HOUR });
  });

  it('lowered to a choice is nothing to undo', async () => {
    world.know(aCustomer());
    await world.take(aDecide());
    expect(await made()).toMatchObject({ strategy: 'curate', undoUntil: undefined });
  });

  it('undone is taken back outside, as a transactional message, and marked as undone', async () => {
    await world.take(aDecide());
    const { decisionId } = await made();
    const [message, ...others] = await world.take(aCompensate({ offerId: 'refill', decisionId }));
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      type: 'deliver',
      actionId: 'compensate1',
      channel: 'hook',
      class: 'transactional',
      categories: [],
      content: { json: { offer: 'refill', decision: decisionId, who: 'Ada' } },
      templateVersion: 'take-back-2',
      cause: { instanceId: 'i1', decisionId, offerId: 'refill' },
    });
    expect((await made()).undoneAt).toBe(NOW);
  });

  it.each([
    ['without a compensation', { automate: { undo: 'PT2H' } }],
    ['that is an offer of another kind by now', { strategy: 'curate', automate: undefined }],
  ])('%s is only marked', async (_, over) => {
    await world.take(aDecide());
    const { decisionId } = await made();
    await world.apply(anOffer({ ...automatic, ...over }));
    expect(await world.take(aCompensate({ offerId: 'refill', decisionId }))).toEqual([]);
    expect((await made()).undoneAt).toBe(NOW);
  });

  it('keeps the moment of the first undo', async () => {
    await world.take(aDecide());
    const { decisionId } = await made();
    await world.take(aCompensate({ offerId: 'refill', decisionId }));
    world.clock.moveTo(NOW + HOUR);
    await world.take(aCompensate({ offerId: 'refill', decisionId }));
    expect((await made()).undoneAt).toBe(NOW);
  });
});

describe('what passes through', () => {
  it('is a cancel, in its place between the messages of the customer', async () => {
    const actions = await world.take(anAct(), aCancel('act1'), anAct({ actionId: id('act2') }));
    expect(actions.map(({ type }) => type)).toEqual(['deliver', 'cancel', 'deliver']);
    expect(actions[1]).toEqual({
      schemaVersion: 1,
      type: 'cancel',
      actionId: 'act1',
      customerId: 'ada',
      cause: aCancel('act1').cause,
      requestedAt: START,
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { CustomerEvent, EventSchema, RawEvent } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import { UNMARKED, type IngestionChanges } from '@waymark/ports';
import { aRawEvent, anEventSchema, customer, message } from '../testing/samples.js';
import { compileDefinitions } from './definitions.js';
import { foldBatch } from './fold-batch.js';
import type { Loaded } from './loaded.js';
import { NO_PLAN } from './plan-schedules.js';

const NOTHING: Loaded = {
  known: new Map(),
  links: new Map(),
  merges: new Map(),
  people: new Map(),
  toEvaluate: [],
  plan: NO_PLAN,
  membersToTell: [],
};

interface Result extends IngestionChanges {
  sent: CustomerEvent[];
  keys: string[];
  profile(id: string): CustomerContext | undefined;
}

function fold(events: readonly Partial<RawEvent>[], loaded: Partial<Loaded> = {}, schemas: EventSchema[] = []): Result {
  const records = events.map((over, offset) => ({
    record: aRawEvent({ messageId: message(`m${offset + 1}`), userId: 'ada', ...over }),
    offset,
  }));
  const resources = schemas.map((resource) => ({ version: 'v', resource }));
  const { changes, outputs } = foldBatch(
    { partition: 0, records, now: Date.parse('2026-05-04T12:00:00Z') },
    { ...NOTHING, ...loaded },
    compileDefinitions({ revision: 1, resources }),
  );
  return {
    ...changes,
    sent: outputs.map(({ value }) => JSON.parse(value) as CustomerEvent),
    keys: outputs.map(({ key }) => key),
    profile: (id) => changes.profiles.find(({ context }) => context.id === id)?.context,
  };
}

/** A stored profile as `loaded` has it. */
function stored(...contexts: CustomerContext[]): Pick<Loaded, 'people'> {
  return { people: new Map(contexts.map((context) => [context.id, { context, mark: UNMARKED }])) };
}

const known = (id: string, over: Partial<CustomerContext> = {}): CustomerContext => ({
  ...emptyContext(customer(id)),
  version: 3,
  ...over,
});

describe('repetitions (R71)', () => {
  it('inside a batch are dropped, and told apart from mismatches', () => {
    const { sent, mismatches, events, profile } = fold([
      { messageId: message('m'), properties: { n: 1 } },
      { messageId: message('m'), properties: { n: 1 }, timestamp: '2026-05-04T09:00:00.000Z', context: { retry: 1 } },
      { messageId: message('m'), properties: { n: 2 } },
    ]);
    expect(sent.map(({ properties }) => properties)).toEqual([{ n: 1 }]);
    expect([mismatches, events.length, profile('ada')?.counters]).toEqual([1, 1, { 'Cart Updated': 1 }]);
  });

  it('of what is stored are dropped, and counted when their bodies differ', () => {
    const first = fold([{ messageId: message('m') }]);
    const loaded = { known: new Map([['m', first.events[0]!.bodyHash]]) };
    const again = fold([{ messageId: message('m') }, { messageId: message('m'), userId: 'bob' }], loaded);
    expect(again).toMatchObject({ sent: [], events: [], profiles: [], identities: [], mismatches: 1 });
  });

  it.each<[string, Partial<RawEvent>]>([
    ['type', { type: 'page' }],
    ['userId', { userId: 'bob' }],
    ['anonymousId', { anonymousId: 'v1' }],
    ['previousId', { previousId: 'p' }],
    ['groupId', { groupId: 'g' }],
    ['event', { event: 'Other' }],
    ['properties', { properties: { a: 1 } }],
    ['traits', { traits: { a: 1 } }],
  ])('with another %s are mismatches', (_, over) => {
    const same = { messageId: message('m'), event: 'Cart Updated' };
    expect(fold([same, { ...same, ...over }]).mismatches).toBe(1);
    expect(fold([same, same]).mismatches).toBe(0);
  });
});

describe('the context', () => {
  it('has been through each event before it goes on: its version rises with every one (R4)', () => {
    const { sent, profiles, keys } = fold(
      [{}, { type: 'identify', traits: { name: 'Ada' } }, {}],
      stored(known('ada', { counters: { 'Cart Updated': 1 } })),
    );
    expect(sent.map(({ contextVersion }) => contextVersion)).toEqual([4, 5, 6]);
    expect(keys).toEqual(['ada', 'ada', 'ada']);
    expect(profiles).toEqual([
      {
        expectedVersion: 3,
        mark: UNMARKED,
        context: expect.objectContaining({ version: 6, counters: { 'Cart Updated': 3 }, traits: { name: 'Ada' } }),
      },
    ]);
  });

  it('of somebody new begins with nothing, of others is not written', () => {
    const { profiles } = fold([{ userId: 'new' }], stored(known('ada')));
    expect(profiles.map(({ context, expectedVersion }) => [context.id, context.version, expectedVersion])).toEqual([
      ['new', 1, 0],
    ]);
  });

  it('that is loaded is left as it is', () => {
    const ada = Object.freeze(known('ada'));
    fold([{}, { type: 'identify', traits: { a: 1 } }], stored(ada));
    expect(ada).toEqual(known('ada'));
  });
});

describe('the event that goes on', () => {
  it.each<[Partial<RawEvent>, string, RawEvent['properties']]>([
    [{ type: 'track', event: 'Cart Updated', properties: { a: 1 } }, 'Cart Updated', { a: 1 }],
    [{ type: 'page', event: 'Page Viewed', properties: { name: 'Home' } }, 'Page Viewed', { name: 'Home' }],
    [{ type: 'screen', event: 'Screen Viewed', properties: { name: 'Basket' } }, 'Screen Viewed', { name: 'Basket' }],
    [{ type: 'identify', traits: { a: 1 } }, 'Identify', {}],
    [{ type: 'group', groupId: 'acme', traits: { size: 3 } }, 'Group', { groupId: 'acme' }],
    [{ type: 'alias', previousId: 'p' }, 'Alias', {}],
  ])('%j is named %s', (raw, name, properties) => {
    expect(fold([raw]).sent).toEqual([expect.objectContaining({ name, properties, type: raw.type })]);
  });

  it('carries its cause, its times and its source', () => {
    const cause = { journeyId: 'cart', stepId: 'remind' };
    const times = { timestamp: '2026-05-01T00:00:00.000Z', receivedAt: '2026-05-02T00:00:00.000Z' };
    expect(fold([{ cause, ...times }]).sent).toEqual([expect.objectContaining({ cause, ...times, source: 'shop' })]);
  });
});

describe('event schemas (R73)', () => {
  const wrong = { event: 'Order Completed', properties: { total: '12', currency: 'EUR' } };
  const schema = (onViolation: string): EventSchema[] => [anEventSchema({ onViolation })];

  it('allow: the violation is recorded, the event goes on as it is', () => {
    const { events, sent } = fold([wrong], {}, schema('allow'));
    expect(events).toMatchObject([{ violations: ['total must be number'], blocked: false }]);
    expect(sent.map(({ properties }) => properties)).toEqual([wrong.properties]);
  });

  it('omit: the event goes on and is folded without what broke the schema', () => {
    const { events, sent, profile } = fold([wrong], {}, schema('omit'));
    expect(events).toMatchObject([
      { violations: ['total must be number'], event: { properties: { currency: 'EUR' } } },
    ]);
    expect(sent.map(({ properties }) => properties)).toEqual([{ currency: 'EUR' }]);
    expect(profile('ada')?.orders).toMatchObject({ count: 1, value: 0 });
  });

  it('block: the event is kept with its violations and moves nothing else', () => {
    const { events, sent, profiles } = fold([wrong], stored(known('ada')), schema('block'));
    expect(events).toMatchObject([
      {
        blocked: true,
        violations: ['total must be number'],
        event: { contextVersion: 3, properties: wrong.properties },
      },
    ]);
    expect([sent, profiles]).toEqual([[], []]);
  });

  it('block: it still is a first sending, so a repetition is one (R71)', () => {
    const { events } = fold(
      [wrong, wrong].map((raw) => ({ ...raw, messageId: message('m') })),
      {},
      schema('block'),
    );
    expect(events).toHaveLength(1);
  });

  it('are for track calls: a page of that name is not checked', () => {
    const { events } = fold([{ ...wrong, type: 'page' }], {}, schema('block'));
    expect(events).toMatchObject([{ violations: [], blocked: false }]);
  });

  it('are tested before the hash of the body is lost: an omitted property does not make a repetition differ', () => {
    const raw = { ...wrong, messageId: message('m') };
    expect(fold([raw, raw], {}, schema('omit')).mismatches).toBe(0);
  });
});

describe('consents and agency that are not understood (R73)', () => {
  const wrong = { event: 'Consent Updated', properties: { channel: 'email', purpose: 'news', status: 'granted' } };
  const PURPOSE = 'purpose must be one of marketing, service';
  const schema = (onViolation: string): EventSchema[] => [
    anEventSchema({
      name: 'Consent Updated',
      onViolation,
      properties: { type: 'object', required: ['form'], properties: { purpose: { maxLength: 3 } } },
    }),
  ];

  it('are recorded with what would be right, and go on as they are', () => {
    const { events, sent, profile } = fold([
      wrong,
      { event: 'Agency Updated', properties: { category: 'baskets', level: 'all' } },
    ]);
    expect(events).toMatchObject([
      { violations: [PURPOSE], blocked: false },
      { violations: ['level must be one of respond, curate, coach, automate'], blocked: false },
    ]);
    expect(sent.map(({ properties }) => properties)).toEqual([wrong.properties, { category: 'baskets', level: 'all' }]);
    expect(profile('ada')).toMatchObject({
      consents: {},
      agency: {},
      counters: { 'Consent Updated': 1, 'Agency Updated': 1 },
    });
  });

  it('are told apart from those that are understood', () => {
    const { events, profile } = fold([{ ...wrong, properties: { ...wrong.properties, purpose: 'service' } }]);
    expect(events).toMatchObject([{ violations: [], blocked: false }]);
    expect(profile('ada')?.consents).toEqual({ email: { service: 'granted' } });
  });

  it.each<[string, RawEvent['properties'], boolean]>([
    ['allow', wrong.properties, false],
    ['omit', { channel: 'email', status: 'granted' }, false],
    ['block', wrong.properties, true],
  ])("are checked by a schema of one's own as well: %s", (onViolation, properties, blocked) => {
    const { events } = fold([wrong], {}, schema(onViolation));
    const own = ["properties must have required property 'form'", 'purpose must NOT have more than 3 characters'];
    expect(events).toMatchObject([{ violations: [...own, PURPOSE], blocked, event: { properties } }]);
  });
});

describe('identities', () => {
  it('a visitor who turns out to be a user is absorbed: what she did before counts as hers', () => {
    const { sent, identities, profiles, profile } = fold([
      { userId: undefined, anonymousId: 'v1' },
      { userId: undefined, anonymousId: 'v1' },
      { type: 'identify', anonymousId: 'v1', traits: { name: 'Ada' } },
      { userId: undefined, anonymousId: 'v1' },
    ]);
    expect(sent.map(({ customerId }) => customerId)).toEqual(['anon~v1', 'anon~v1', 'anon~v1', 'ada', 'ada']);
    expect(sent[2]).toMatchObject({
      name: 'Customer Merged',
      source: 'waymark',
      contextVersion: 3,
      properties: { into: 'ada' },
    });
    expect(identities).toEqual([{ key: 'anonymous:v1', customerId: 'ada', expected: null }]);
    expect(profile('ada')).toMatchObject({ counters: { 'Cart Updated': 3 }, traits: { name: 'Ada' } });
    expect(profile('anon~v1')).toEqual({ ...emptyContext(customer('anon~v1')), version: 3, mergedInto: 'ada' });
    expect(profile('ada')?.mergedFrom).toEqual(['anon~v1']);
    expect(profiles).toHaveLength(2);
  });

  it('a stored visitor is absorbed too, and her profile is given up at the version it was read in', () => {
    const { profiles } = fold(
      [{ anonymousId: 'v1' }],
      stored(known('ada', { traits: { plan: 'pro' } }), known('anon~v1', { traits: { plan: 'free', lang: 'de' } })),
    );
    const byId = new Map(profiles.map((each) => [each.context.id, each]));
    expect(byId.get(customer('ada'))).toMatchObject({
      expectedVersion: 3,
      context: { version: 5, traits: { plan: 'pro', lang: 'de' } },
    });
    expect(byId.get(customer('anon~v1'))).toMatchObject({ expectedVersion: 3, context: { version: 4, traits: {} } });
  });

  it('a visitor without a history leaves nothing behind', () => {
    const { profiles } = fold([{ anonymousId: 'v1' }]);
    expect(profiles.map(({ context }) => context.id)).toEqual(['ada']);
  });

  it('a device that changes hands twice in a batch is one change, made from what was stored', () => {
    const links = new Map([['anonymous:v1', customer('ada')]] as const);
    const { identities, sent } = fold(
      [
        { userId: 'bob', anonymousId: 'v1' },
        { userId: 'cleo', anonymousId: 'v1' },
        { userId: undefined, anonymousId: 'v1' },
      ],
      { links },
    );
    expect(identities).toEqual([{ key: 'anonymous:v1', customerId: 'cleo', expected: 'ada' }]);
    expect(sent.map(({ customerId }) => customerId)).toEqual(['bob', 'cleo', 'cleo']);
  });

  it("a visitor of a user who is given up for another is the other's from then on", () => {
    const { sent, profile } = fold([
      { userId: 'old', anonymousId: 'v1' },
      { type: 'alias', userId: 'new', previousId: 'old' },
      { userId: undefined, anonymousId: 'v1' },
      { userId: 'new', anonymousId: 'v1' },
    ]);
    expect(sent.map(({ customerId }) => customerId)).toEqual(['old', 'old', 'new', 'new', 'new']);
    expect(profile('new')?.counters).toEqual({ 'Cart Updated': 3 });
    expect(profile('old')?.counters).toEqual({});
  });

  it('an alias folds the user who was into the user who is', () => {
    const { profile, identities } = fold([
      { userId: 'old' },
      { type: 'alias', userId: 'new', previousId: 'old' },
      { userId: 'old' },
    ]);
    expect(profile('new')?.counters).toEqual({ 'Cart Updated': 2 });
    expect(profile('old')?.counters).toEqual({});
    expect(identities).toEqual([{ key: 'user:old', customerId: 'new', expected: null }]);
  });
});

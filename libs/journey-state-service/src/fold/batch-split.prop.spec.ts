import { describe, expect, it } from '@jest/globals';
import { OWN_EVENTS, type CustomerEvent, type CustomerId, type NewRecord } from '@waymark/contracts';
import fc from 'fast-check';
import { JourneyWorld } from '../testing/journey-world.js';
import {
  actionIdOf,
  aJourney,
  anEvent,
  anOutcome,
  HOUR,
  instanceIdOf,
  mail,
  MINUTE,
  reentry,
} from '../testing/samples.js';

const CASES = 500;
const CUSTOMERS = ['ada', 'bob'] as CustomerId[];
const variants = (...ids: string[]) => ids.map((id, i) => ({ id, weight: i + 1, next: 'note' }));

/** Journeys that between them have every kind of step, re-entry, correlation, a goal that outlives them, and a shared test. */
const JOURNEYS = [
  aJourney({
    entry: { event: 'Cart Left', reentry },
    goal: { event: 'Order Completed', window: 'P1D', value: 'event.properties.revenue' },
    exits: [{ id: 'complained', event: 'Complaint Raised' }],
    start: 'test',
    steps: {
      test: { kind: 'split', seed: 'shared', variants: variants('a', 'b') },
      note: {
        kind: 'update',
        stage: 'noted',
        set: { seen: 'true' },
        add: { seen: '1.0' },
        emit: { event: 'Noted', properties: { who: 'customer.id' } },
        next: 'ask',
      },
      ask: { ...mail, stage: 'asked', next: 'rest', failed: 'lost' },
      rest: { kind: 'wait', for: 'PT1H', next: 'listen' },
      listen: {
        kind: 'await',
        any: [{ id: 'back', event: 'Cart Seen', next: 'which' }],
        timeout: { after: 'PT2H', next: 'lost' },
        lookBack: 'PT90M',
      },
      which: {
        kind: 'branch',
        when: [{ id: 'big', if: 'event.properties.revenue > 50.0', next: 'done' }],
        default: 'rest',
      },
      lost: { kind: 'exit', reason: 'lost' },
      done: { kind: 'goal' },
    },
  }),
  aJourney({
    id: 'order',
    entry: { event: 'Order Completed', where: 'event.properties.revenue > 20.0', correlate: 'event.properties.order' },
    start: 'offer',
    steps: {
      offer: { kind: 'decide', slot: 'next', offers: { ids: ['refill'] }, next: 'done', none: 'rest' },
      rest: { kind: 'wait', for: 'PT30M', next: 'done' },
      done: { kind: 'exit' },
    },
  }),
  aJourney({
    id: 'glance',
    entry: { event: 'Cart Seen', reentry: { always: { maxConcurrent: 2 } } },
    start: 'test',
    steps: {
      test: { kind: 'split', seed: 'shared', variants: variants('x', 'y') },
      note: { kind: 'call', journey: 'shared', wait: true, next: 'done' },
      done: { kind: 'exit' },
    },
  }),
  aJourney({
    id: 'shared',
    entry: { call: true, reentry, cap: { limit: 3, window: 'PT2H' } },
    start: 'tell',
    steps: { tell: { ...mail, next: 'done' }, done: { kind: 'exit' } },
  }),
];

const PENDING = [
  { journeyId: 'cart', step: 'ask', keys: [''] },
  { journeyId: 'order', step: 'offer', keys: ['o1', 'o2'] },
  { journeyId: 'shared', step: 'tell', keys: [''] },
];
const OUTCOMES = ['Email Sent', 'Email Delivered', 'Email Suppressed', 'Email Failed', 'Email Link Clicked'];
const ANSWERS = ['Decision Made', 'Offer Accepted', 'Offer Undone'];

const of = fc.constantFrom(...CUSTOMERS);
const happening = fc.record({
  name: fc.constantFrom('Cart Left', 'Cart Left', 'Cart Seen', 'Order Completed', 'Complaint Raised'),
  of,
  properties: fc.record({ order: fc.constantFrom('o1', 'o2'), revenue: fc.constantFrom(10, 30, 90) }),
});
const outcome = fc.record({
  name: fc.constantFrom(...OUTCOMES, ...ANSWERS),
  of,
  pending: fc.constantFrom(...PENDING),
  key: fc.nat(1),
  ordinal: fc.integer({ min: 1, max: 3 }),
  won: fc.boolean(),
});
/** What happens at one moment, and after how many of it a batch ends. */
const moment = fc.record({
  gap: fc.constantFrom(MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 25 * HOUR),
  events: fc.array(fc.oneof({ weight: 3, arbitrary: happening }, { weight: 2, arbitrary: outcome }), { maxLength: 8 }),
  sizes: fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;
type Outcome = typeof outcome extends fc.Arbitrary<infer T> ? T : never;

function toEvent(what: Happening | Outcome, messageId: string, receivedAt: string): CustomerEvent {
  const over = { of: what.of, messageId, receivedAt, timestamp: receivedAt };
  if ('properties' in what) return anEvent(what.name, { ...over, properties: what.properties });
  const { pending, ordinal, won, key } = what;
  const instanceId = instanceIdOf(pending.journeyId, { of: what.of, key: pending.keys[key] ?? '', ordinal });
  const properties: CustomerEvent['properties'] = won ? { result: 'won', offerId: 'refill' } : { result: 'none' };
  const event = anOutcome(what.name, { instanceId, step: pending.step, over: { ...over, properties } });
  const decisionId = actionIdOf(instanceId, 'decision') as never;
  return { ...event, cause: { ...event.cause, decisionId } };
}

type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

async function play(moments: readonly Moment[], sizeOf: (moment: Moment) => Iterator<number>): Promise<JourneyWorld> {
  const world = new JourneyWorld();
  await world.apply(...JOURNEYS);
  for (const [i, each] of moments.entries()) {
    world.clock.moveTo(world.clock.now() + each.gap);
    const at = iso(world);
    const events = each.events.map((what, j) => toEvent(what, `${i}.${j}`, at));
    const sizes = sizeOf(each);
    do await world.take(...events.splice(0, sizes.next().value as number));
    while (events.length > 0);
  }
  return world;
}

const iso = ({ clock }: JourneyWorld): string => new Date(clock.now()).toISOString();
const whole = (): Iterator<number> => [Infinity][Symbol.iterator]();
const inParts = ({ sizes }: Moment): Iterator<number> => sizes[Symbol.iterator]();

/** Everything that is left of a world: what each customer's readers see, in their order. */
async function remains(world: JourneyWorld) {
  const { store, log } = world;
  const { instances: open, ledgers, assignments, recent } = await world.stored(...CUSTOMERS);
  const records = await Promise.all(
    (['interactions', 'events.raw'] as const).map((topic) => log.read({ topic, partition: 0, offset: 0, max: 10_000 })),
  );
  const outputsOf = (customer: CustomerId): Pick<NewRecord, 'topic' | 'value'>[] =>
    records.flat().flatMap(({ topic, key, value }) => (key === customer ? [{ topic, value }] : []));
  return {
    open: new Set(open),
    ledgers: new Set(ledgers),
    assignments,
    recent,
    counts: new Set(await store.counts()),
    customers: await Promise.all(
      CUSTOMERS.map(async (id) => ({
        instances: new Set(await store.instances(id, 1_000)),
        history: await store.history(id, 1_000),
        outputs: outputsOf(id),
      })),
    ),
  };
}

describe('one sequence of events, in batches of whatever size', () => {
  it('leaves the same instances, ledgers, assignments, history, counts and outputs (P1)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { maxLength: 6 }), async (moments) => {
        expect(await remains(await play(moments, inParts))).toEqual(await remains(await play(moments, whole)));
      }),
      { numRuns: CASES },
    );
  });

  it('leaves no instance that breaks an invariant', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { maxLength: 6 }), async (moments) => {
        const world = await play(moments, inParts);
        const heard = (await world.emitted()).filter(({ event }) => event === OWN_EVENTS.journeyEnded);
        const ends = heard.map(({ messageId, customerId: of, cause, properties }) =>
          anEvent(OWN_EVENTS.journeyEnded, { of: of!, messageId, cause, properties, receivedAt: iso(world) }),
        );
        await world.take(...ends);
        expect((await world.checks.check.page({ limit: 1_000 })).findings).toEqual([]);
      }),
      { numRuns: CASES },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, segmentSchema, type RawEvent } from '@waymark/contracts';
import { emptyContext, foldEvent, SegmentSet, type CustomerContext } from '@waymark/customer-context';
import fc from 'fast-check';
import { IngestionWorld } from './testing/ingestion-world.js';
import { NOW, aRawEvent, customer, message } from './testing/samples.js';

const START = Date.parse(NOW);
const HOUR = 3_600_000;
const CUSTOMERS = ['ada', 'bob'];

/** Conditions whose answers change on the hour, when events come on the hour. */
const SEGMENTS = [
  ['pro', 'customer.traits.plan == "pro"'],
  ['resting', 'now - customer.lastSeen.Visit >= duration("3h")'],
  ['back', 'customer.lastSeen.Visit > now - duration("2h") && customer.counters.Visit >= 2.0'],
  ['evening', 'now.getHours("Europe/Paris") >= 18 || now.getHours("Europe/Paris") < 6'],
  ['lost', '"resting" in customer.segments && !("pro" in customer.segments)'],
  ['due', 'now.getDayOfWeek() == 2 && "lost" in customer.segments'],
].map(([id, condition]) => segmentSchema.parse({ kind: 'segment', id, if: condition }));

interface Happening {
  /** Hours after the one before. */
  after: number;
  who: string;
  what: 'Visit' | 'pro' | 'free';
}
const happenings = fc.array(
  fc.record<Happening>({
    after: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(20) }),
    who: fc.constantFrom(...CUSTOMERS),
    what: fc.constantFrom('Visit', 'pro', 'free'),
  }),
  { maxLength: 15 },
);

function events(all: readonly Happening[]): { at: number; event: RawEvent }[] {
  let at = START;
  return all.map(({ after, who: userId, what }, n) => {
    at += after * HOUR;
    const moment = new Date(at).toISOString();
    const call: Partial<RawEvent> =
      what === 'Visit' ? { event: 'Visit' } : { type: 'identify', event: undefined, traits: { plan: what } };
    const event = aRawEvent({ ...call, userId, messageId: message(`m${n}`), timestamp: moment, receivedAt: moment });
    return { at, event };
  });
}

type Edge = [at: number, who: string, sign: '+' | '-', segment: string];

/** The edges of an evaluation from scratch every hour, and after every event. */
function expected(all: readonly Happening[], until: number): Edge[] {
  const set = new SegmentSet(SEGMENTS);
  const contexts = new Map<string, CustomerContext>();
  const edges: Edge[] = [];
  const look = (who: string, at: number): void => {
    const context = contexts.get(who);
    if (!context) return;
    const { segments } = set.evaluate(context, at);
    for (const id of context.segments) if (!segments.includes(id)) edges.push([at, who, '-', id]);
    for (const id of segments) if (!context.segments.includes(id)) edges.push([at, who, '+', id]);
    contexts.set(who, { ...context, segments });
  };
  const coming = events(all);
  for (let at = START; at <= until; at += HOUR) {
    for (const who of CUSTOMERS) look(who, at);
    for (const { event } of coming.filter((each) => each.at === at)) {
      const who = event.userId!;
      const { type, event: name = 'Identify', properties, traits, timestamp } = event;
      const context = contexts.get(who) ?? emptyContext(customer(who));
      contexts.set(who, foldEvent(context, { type, name, properties, traits, timestamp }));
      look(who, at);
    }
  }
  return edges.sort(byTime);
}

function byTime([a, whoA, signA, idA]: Edge, [b, whoB, signB, idB]: Edge): number {
  return a - b || compare(whoA, whoB) || compare(idA, idB) || compare(signA, signB);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function came(world: IngestionWorld): Promise<Edge[]> {
  const said = (await world.events()).filter(({ source }) => source === OWN_SOURCE);
  return said.map(({ timestamp, customerId, name, properties }) => {
    return [Date.parse(timestamp), customerId, name.endsWith('Entered') ? '+' : '-', properties['segmentId'] as string];
  });
}

describe('edges of segments, whatever happens and whenever', () => {
  it('are those of an evaluation from scratch at every moment, when each event is taken as it comes', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.nat(30), async (all, rest) => {
        const world = new IngestionWorld();
        await world.apply(...SEGMENTS);
        for (const { at, event } of events(all)) {
          await world.advanceTo(at);
          world.send(event);
          await world.settle();
        }
        const until = world.clock.now() + rest * HOUR;
        await world.advanceTo(until);
        expect((await came(world)).sort(byTime)).toEqual(expected(all, until));
      }),
      { numRuns: 40 },
    );
  });

  it('are the same when everything comes late and in batches of any size, and alternate', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.nat(30), fc.integer({ min: 1, max: 7 }), async (all, rest, batchMax) => {
        const world = new IngestionWorld({ batchMax });
        await world.apply(...SEGMENTS);
        const coming = events(all);
        world.send(...coming.map(({ event }) => event));
        const until = (coming.at(-1)?.at ?? START) + rest * HOUR;
        world.clock.moveTo(until);
        await world.settle();
        const edges = await came(world);
        for (const who of CUSTOMERS)
          for (const { id } of SEGMENTS) {
            const signs = edges.filter(([, whose, , of]) => whose === who && of === id).map(([, , sign]) => sign);
            expect(signs).toEqual(signs.map((_, n) => (n % 2 === 0 ? '+' : '-')));
          }
        if (coming.length <= batchMax) expect(edges.sort(byTime)).toEqual(expected(all, until));
        const at = await Promise.all(
          CUSTOMERS.map(async (who) => (await world.store.people([customer(who)])).get(customer(who))?.context),
        );
        const now = new SegmentSet(SEGMENTS);
        for (const context of at) if (context) expect(now.evaluate(context, until).segments).toEqual(context.segments);
      }),
      { numRuns: 40 },
    );
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, type RawEvent } from '@waymark/contracts';
import { IngestionWorld } from './testing/ingestion-world.js';
import { NOW, aRawEvent, customer, message } from './testing/samples.js';

const START = Date.parse(NOW);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const segment = (id: string, condition: string): object => ({ kind: 'segment', id, if: condition });
const PRO = segment('pro', 'customer.traits.plan == "pro"');
const LAPSED = segment('lapsed', 'now - customer.lastSeen.Visit >= duration("720h")');

let world: IngestionWorld;
let sent = 0;

/** An event that is received now. */
function event(over: Partial<RawEvent>, at = world.clock.now()): RawEvent {
  const moment = new Date(at).toISOString();
  return aRawEvent({ messageId: message(`m${++sent}`), userId: 'ada', timestamp: moment, receivedAt: moment, ...over });
}
const visit = (userId = 'ada', at?: number): RawEvent => event({ event: 'Visit', userId }, at);
const plan = (of: string, userId = 'ada'): RawEvent => event({ type: 'identify', traits: { plan: of }, userId });

async function send(...events: RawEvent[]): Promise<void> {
  world.send(...events);
  await world.settle();
}

const edges = async (): Promise<string[]> =>
  (await world.events())
    .filter(({ name, source }) => source === OWN_SOURCE && name.startsWith('Segment '))
    .map(({ customerId, name, properties, timestamp }) => {
      return `${customerId} ${name === 'Segment Entered' ? '+' : '-'}${properties['segmentId'] as string} ${hoursOf(timestamp)}`;
    });

/** Hours since the start. */
function hoursOf(timestamp: string): number {
  return (Date.parse(timestamp) - START) / HOUR;
}

const segmentsOf = async (id: string): Promise<string[]> => (await world.ingestion.customers.context(id)).segments;

beforeEach(async () => {
  world = await IngestionWorld.open();
  sent = 0;
});

describe('a segment', () => {
  it('is entered and left once for each edge, right behind the event that did it (R4)', async () => {
    await world.apply(PRO);
    await send(plan('free'), plan('pro'), visit(), plan('pro'));
    await send(plan('free'));
    const events = (await world.events()).filter(({ type }) => (type as string) !== 'workspace');
    expect(events.map(({ name, contextVersion }) => [name, contextVersion])).toEqual([
      ['Identify', 1],
      ['Identify', 2],
      ['Segment Entered', 3],
      ['Visit', 4],
      ['Identify', 5],
      ['Identify', 6],
      ['Segment Left', 7],
    ]);
    expect(events[2]).toMatchObject({ customerId: 'ada', source: OWN_SOURCE, properties: { segmentId: 'pro' } });
    expect(await segmentsOf('ada')).toEqual([]);
    expect((await world.ingestion.customers.context('ada')).counters).toEqual({ Visit: 1 });
  });

  it('is part of the context and of the members, and of what can be told of her', async () => {
    await world.apply(PRO, segment('loyal', '"pro" in customer.segments && customer.counters.Visit >= 2.0'));
    await send(plan('pro'), visit(), visit(), plan('pro', 'bob'));
    expect(await segmentsOf('ada')).toEqual(['loyal', 'pro']);
    expect(await edges()).toEqual(['ada +pro 0', 'ada +loyal 0', 'bob +pro 0']);
    expect(await world.store.members('pro', { after: undefined, limit: 9 })).toEqual(['ada', 'bob']);
    const stored = await world.store.events(customer('ada'), 10);
    expect(stored.filter(({ event: { name } }) => name === 'Segment Entered')).toHaveLength(2);
    await send(plan('free'));
    expect(await segmentsOf('ada')).toEqual([]);
    expect(await world.store.memberCounts()).toEqual(new Map([['pro', 1]]));
  });

  it('has the same message ids when a batch is made again', async () => {
    const ids = async (): Promise<string[]> => {
      world = await IngestionWorld.open();
      sent = 0;
      await world.apply(PRO);
      await send(plan('pro'));
      return (await world.events()).slice(1).map(({ messageId }) => messageId);
    };
    expect(await ids()).toEqual(await ids());
  });

  it('is not what others say under its names: their events count, and under the platform’s name they are refused', async () => {
    await world.apply(PRO);
    const properties = { segmentId: 'pro' };
    await send(
      event({ event: 'Segment Entered', properties }),
      plan('pro'),
      event({ event: 'Segment Left', properties }),
    );
    await send(event({ event: 'Segment Left', properties, source: OWN_SOURCE }));
    expect(await segmentsOf('ada')).toEqual(['pro']);
    expect(await edges()).toEqual(['ada +pro 0']);
    expect((await world.deadLetters()).map(({ code }) => code)).toEqual(['FORBIDDEN']);
  });

  it('goes on for one person who was known as two, and has nobody who was given up', async () => {
    await world.apply(
      segment('visitor', 'customer.counters.Visit >= 1.0'),
      segment('new', 'customer.orders.count == 0'),
    );
    await send(event({ event: 'Visit', userId: undefined, anonymousId: 'v1' }));
    expect(await edges()).toEqual(['anon~v1 +new 0', 'anon~v1 +visitor 0']);
    await send(event({ type: 'identify', traits: { a: 1 }, anonymousId: 'v1' }));
    expect(await edges()).toHaveLength(2);
    expect(await segmentsOf('ada')).toEqual(['new', 'visitor']);
    expect((await world.store.people([customer('anon~v1')])).get(customer('anon~v1'))?.context.segments).toEqual([]);
    expect(await world.store.members('visitor', { after: undefined, limit: 9 })).toEqual(['ada']);
    await world.apply(segment('new', 'customer.orders.count < 1'));
    expect(await world.store.members('new', { after: undefined, limit: 9 })).toEqual(['ada']);
  });
});

describe('time alone', () => {
  beforeEach(() => world.apply(LAPSED));

  it('makes her enter at the exact instant, without an event', async () => {
    await send(visit());
    await world.advanceTo(START + 30 * DAY - 1);
    expect(await edges()).toEqual([]);
    await world.advanceTo(START + 40 * DAY);
    expect(await edges()).toEqual(['ada +lapsed 720']);
    await send(visit());
    expect(await edges()).toEqual(['ada +lapsed 720', 'ada -lapsed 960']);
    await world.advanceTo(START + 80 * DAY);
    expect((await edges()).slice(2)).toEqual(['ada +lapsed 1680']);
  });

  it('is put off by what happens meanwhile', async () => {
    await send(visit());
    await world.advanceTo(START + 29 * DAY);
    await send(visit());
    await world.advanceTo(START + 58 * DAY);
    expect(await edges()).toEqual([]);
  });

  it.each([
    { what: 'before it was due', at: 30 * DAY - 1, came: [] },
    { what: 'after it was due', at: 31 * DAY, came: ['ada +lapsed 720', 'ada -lapsed 744'] },
  ])('goes by when an event was received, $what, however late it is processed', async ({ at, came }) => {
    await send(visit());
    world.send(visit('ada', START + at));
    world.clock.moveTo(START + 40 * DAY);
    await world.settle();
    expect(await edges()).toEqual(came);
  });

  it('does not go back: what was received earlier and comes later is of the moment she is at', async () => {
    await send(visit());
    await world.advanceTo(START + 31 * DAY);
    await send(event({ event: 'Visit', userId: 'ada', timestamp: NOW }, START + 29 * DAY));
    expect(await edges()).toEqual(['ada +lapsed 720']);
    await send(visit('ada', START + 30 * DAY - HOUR));
    expect(await edges()).toEqual(['ada +lapsed 720', 'ada -lapsed 720']);
  });

  it('passes no hour by after a long stop, and the rest of very many', async () => {
    await world.apply(segment('night', 'now.getHours() < 6'));
    await send(visit());
    world.clock.moveTo(START + 3 * DAY);
    await world.settle();
    expect(await edges()).toEqual(
      ['+night 16', '-night 22', '+night 40', '-night 46', '+night 64', '-night 70'].map((edge) => `ada ${edge}`),
    );
    world.clock.moveTo(START + 1_000 * DAY + 20 * HOUR);
    await world.settle();
    const all = await edges();
    expect(all.length).toBeLessThan(120);
    expect(await segmentsOf('ada')).toEqual(['night']);
    expect(all.at(-1)).toBe(`ada +night ${(1_000 * DAY + 20 * HOUR) / HOUR}`);
  });
});

describe('a change of the workspace', () => {
  const many = Array.from({ length: 1_200 }, (_, n) => `c${String(n).padStart(4, '0')}`);
  const pages = async (): Promise<number[]> => {
    const sizes: number[] = [];
    for (let before = (await edges()).length; await world.step();) {
      const now = (await edges()).length;
      sizes.push(now - before);
      before = now;
    }
    return sizes;
  };

  it('evaluates everybody there is in pages, each once, and goes on after a crash between two', async () => {
    await send(...many.map((id) => visit(id)));
    await world.ingestion.workspace.apply(
      [{ path: 'a', text: JSON.stringify(segment('seen', 'customer.counters.Visit > 0.0')) }],
      { dryRun: false },
    );
    await world.step();
    await world.step();
    expect(await edges()).toHaveLength(500);
    world.restart();
    expect(await pages()).toEqual([500, 200]);
    const came = await edges();
    expect(new Set(came).size).toBe(1_200);
    expect((await world.store.memberCounts()).get('seen')).toBe(1_200);
  });

  it('takes live events between the pages, with the new segments', async () => {
    await send(...many.map((id) => visit(id)));
    await world.ingestion.workspace.apply([{ path: 'a', text: JSON.stringify(PRO) }], { dryRun: false });
    await world.step();
    world.send(plan('pro', 'c1199'));
    await world.step();
    expect(await edges()).toEqual(['c1199 +pro 0']);
    await world.settle();
    expect(await edges()).toEqual(['c1199 +pro 0']);
  });

  it('that takes a segment away makes all leave it; one that only names it changes nothing', async () => {
    await world.apply(PRO);
    await send(plan('pro'), plan('pro', 'bob'));
    await world.apply({ ...PRO, name: 'Professionals' });
    await world.apply({ ...PRO, if: 'customer.traits.plan in ["pro", "max"]' });
    expect(await edges()).toEqual(['ada +pro 0', 'bob +pro 0']);
    await world.apply();
    expect((await edges()).slice(2).sort()).toEqual(['ada -pro 0', 'bob -pro 0']);
    expect(await segmentsOf('ada')).toEqual([]);
    expect(await world.store.memberCounts()).toEqual(new Map());
  });
});

describe('a workspace without segments', () => {
  it('looks for nobody, once nothing is left of earlier ones', async () => {
    let asked = 0;
    for (const name of ['toEvaluate', 'nextEvaluationAt', 'schedules'] as const) {
      const ask = world.store[name].bind(world.store) as (...args: never[]) => Promise<never>;
      world.store[name] = (...args: never[]) => ((asked += 1), ask(...args));
    }
    await world.apply();
    await send(visit());
    const before = asked;
    for (let i = 0; i < 5; i += 1) await send(visit());
    expect(asked).toBe(before);
    await world.apply(PRO);
    await send(plan('pro'));
    expect(await edges()).toEqual(['ada +pro 0']);
    await world.apply();
    await send(visit());
    const after = asked;
    for (let i = 0; i < 5; i += 1) await send(visit());
    expect(asked).toBe(after);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_EVENTS, OWN_SOURCE, journeySchema, type RawEvent } from '@waymark/contracts';
import { IngestionWorld } from './testing/ingestion-world.js';
import { NOW, aRawEvent, message } from './testing/samples.js';

/** A Monday, ten o'clock in Paris. */
const START = Date.parse(NOW);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MANY = Array.from({ length: 1_200 }, (_, n) => `c${String(n).padStart(4, '0')}`);

const PRO = { kind: 'segment', id: 'pro', if: 'customer.traits.plan == "pro"' };
const journey = (id: string, cron: string): object =>
  journeySchema.parse({
    kind: 'journey',
    id,
    entry: { schedule: { cron, zone: 'Europe/Paris', segment: 'pro' } },
    start: 'done',
    steps: { done: { kind: 'exit' } },
  });
const DAILY = journey('daily', '0 12 * * *');

let world: IngestionWorld;
let sent = 0;

function plan(of: string, userId: string, at = world.clock.now()): RawEvent {
  const moment = new Date(at).toISOString();
  const traits = { plan: of };
  return aRawEvent({
    type: 'identify',
    messageId: message(`m${++sent}`),
    userId,
    traits,
    timestamp: moment,
    receivedAt: moment,
  });
}

async function send(...events: RawEvent[]): Promise<void> {
  world.send(...events);
  await world.settle();
}

/** Who was told what, and hours since the start when it was due. */
const told = async (): Promise<string[]> =>
  (await world.events())
    .filter(({ name }) => name === OWN_EVENTS.scheduleDue)
    .map(({ customerId, properties: { journeyId, dueAt } }) => {
      return `${customerId} ${journeyId as string} ${(Date.parse(dueAt as string) - START) / HOUR}`;
    });

beforeEach(async () => {
  world = await IngestionWorld.open();
  sent = 0;
});

describe('a schedule', () => {
  it('tells every member at each instant, on the clock of its zone, and nobody else', async () => {
    await world.apply(PRO, DAILY);
    await send(plan('pro', 'ada'), plan('free', 'bob'));
    await world.advanceTo(START + 2 * HOUR - 1);
    expect(await told()).toEqual([]);
    await world.advanceTo(START + 26 * HOUR);
    expect(await told()).toEqual(['ada daily 2', 'ada daily 26']);
    await send(plan('free', 'ada'), plan('pro', 'bob'));
    await world.advanceTo(START + 50 * HOUR);
    expect((await told()).slice(2)).toEqual(['bob daily 50']);
  });

  it('says so as the platform, with the version of the context that she has, and changes nothing of it', async () => {
    await world.apply(PRO, DAILY);
    await send(plan('pro', 'ada'));
    const before = await world.ingestion.customers.context('ada');
    await world.advanceTo(START + 2 * HOUR);
    const event = (await world.events()).at(-1);
    expect(event).toMatchObject({
      name: 'Schedule Due',
      source: OWN_SOURCE,
      contextVersion: before.version,
      properties: { journeyId: 'daily', segmentId: 'pro', dueAt: '2026-05-04T10:00:00.000Z' },
      timestamp: '2026-05-04T10:00:00.000Z',
    });
    expect(await world.ingestion.customers.context('ada')).toEqual(before);
    expect((await world.ingestion.customers.events('ada', 1))[0]?.event).toEqual(event);
  });

  it('tells many in pages, each once, also when the process dies between two', async () => {
    await world.apply(PRO, DAILY);
    await send(...MANY.map((id) => plan('pro', id)));
    world.clock.moveTo(START + 2 * HOUR);
    await world.step();
    expect(await told()).toHaveLength(500);
    world.restart();
    await world.step();
    expect(await told()).toHaveLength(1_000);
    world.restart();
    await world.settle();
    expect(await told()).toHaveLength(1_200);
    expect(new Set(await told()).size).toBe(1_200);
    await world.advanceTo(START + 26 * HOUR - 1);
    expect(await told()).toHaveLength(1_200);
  });

  it('tells who was a member at the instant and still is: not who enters while pages go out', async () => {
    await world.apply(PRO, DAILY);
    await send(...MANY.map((id) => plan('pro', id)));
    world.clock.moveTo(START + 2 * HOUR);
    await world.step();
    world.clock.moveTo(START + 2 * HOUR + 1);
    await send(plan('pro', 'z-late'), plan('free', 'c1199'));
    expect(await told()).toHaveLength(1_199);
    expect(await told()).not.toContain('z-late daily 2');
  });

  it('waits for events that were received before it, but not for ever', async () => {
    await world.apply(PRO, DAILY);
    world.send(plan('pro', 'ada', START + HOUR));
    world.clock.moveTo(START + 2 * HOUR);
    await world.settle();
    expect(await told()).toEqual(['ada daily 2']);
    world.clock.moveTo(START + 26 * HOUR + 60_000);
    world.send(plan('pro', 'bob', START + 25 * HOUR));
    await world.step();
    expect((await told()).slice(1)).toEqual(['ada daily 26']);
  });

  it('waits until everybody was evaluated: by time, and after a change of the segments', async () => {
    const rested = { ...PRO, if: 'now - customer.lastSeen.Visit >= duration("2h")' };
    await world.apply(rested, DAILY);
    const visit = { ...plan('', 'ada'), type: 'track' as const, event: 'Visit', traits: {} };
    await send(visit);
    world.clock.moveTo(START + 2 * HOUR);
    await world.settle();
    expect(await told()).toEqual(['ada daily 2']);
    await send(plan('pro', 'bob'));
    await world.ingestion.workspace.apply(
      [PRO, DAILY].map((each, n) => ({ path: `${n}`, text: JSON.stringify(each) })),
      { dryRun: false },
    );
    world.clock.moveTo(START + 26 * HOUR);
    await world.settle();
    expect((await told()).slice(1)).toEqual(['bob daily 26']);
  });
});

describe('instants that nobody looked at', () => {
  it('of a stop count once, the newest', async () => {
    await world.apply(PRO, DAILY, journey('hourly', '0 * * * *'));
    await send(plan('pro', 'ada'));
    world.restart();
    world.clock.moveTo(START + 3 * DAY + HOUR / 2);
    await world.settle();
    expect(await told()).toEqual(['ada daily 50', 'ada hourly 72']);
    await world.advanceTo(START + 3 * DAY + HOUR);
    expect((await told()).slice(2)).toEqual(['ada hourly 73']);
  });

  it('before a journey was published are none of its', async () => {
    await world.apply(PRO);
    await send(plan('pro', 'ada'));
    await world.advanceTo(START + 3 * HOUR);
    await world.apply(PRO, DAILY);
    await world.advanceTo(START + 25 * HOUR);
    expect(await told()).toEqual([]);
    await world.advanceTo(START + 26 * HOUR);
    expect(await told()).toEqual(['ada daily 26']);
  });

  it('are none of a rule that has changed, while a journey that only says more goes on', async () => {
    await world.apply(PRO, DAILY);
    await send(plan('pro', 'ada'));
    await world.advanceTo(START + 5 * HOUR);
    await world.apply(PRO, journey('daily', '30 * * * *'));
    await world.advanceTo(START + 6 * HOUR);
    expect(await told()).toEqual(['ada daily 2', 'ada daily 5.5']);
    await world.apply(PRO, { ...journey('daily', '30 * * * *'), name: 'Every hour' });
    await world.advanceTo(START + 7 * HOUR);
    expect((await told()).slice(2)).toEqual(['ada daily 6.5']);
  });

  it('of a journey that was taken away and comes again are none of its', async () => {
    await world.apply(PRO, DAILY);
    await send(plan('pro', 'ada'));
    await world.apply(PRO);
    expect(await world.store.schedules(0)).toEqual([]);
    await world.advanceTo(START + 3 * HOUR);
    await world.apply(PRO, DAILY);
    await world.advanceTo(START + 26 * HOUR);
    expect(await told()).toEqual(['ada daily 26']);
  });

  it('that was begun under a rule is told to its end, and then the new rule begins', async () => {
    await world.apply(PRO, DAILY);
    await send(...MANY.map((id) => plan('pro', id)));
    world.clock.moveTo(START + 2 * HOUR);
    await world.step();
    await world.apply(PRO, journey('daily', '0 13 * * *'));
    expect(new Set(await told()).size).toBe(1_200);
    await world.advanceTo(START + 3 * HOUR);
    expect((await told()).at(-1)).toBe('c1199 daily 3');
    expect(await told()).toHaveLength(2_400);
  });
});

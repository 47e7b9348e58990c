import { beforeEach, describe, expect, it } from '@jest/globals';
import { HEADERS, type CustomerEvent, type Journey } from '@waymark/contracts';
import type { Folded } from '@waymark/stream';
import { JourneyWorld } from '../testing/journey-world.js';
import { aJourney, anEvent, HOUR, mail, MINUTE, NOW } from '../testing/samples.js';

const PARTITION = 0;
const iso = (moment: number) => new Date(moment).toISOString();
const greeting = aJourney({
  id: 'greeting',
  entry: { event: 'Signed Up' },
  start: 'ask',
  steps: { ask: mail, done: { kind: 'exit' } },
});
const reminding = aJourney({
  id: 'reminding',
  start: 'rest',
  steps: { rest: { kind: 'wait', for: 'PT1H', next: 'ask' }, ask: mail, done: { kind: 'exit' } },
});

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

/** Folds a batch as it would be now, without saving it. */
async function fold(
  events: [CustomerEvent, string | undefined][],
  traceparent?: string,
): Promise<Pick<Folded<unknown>, 'outputs' | 'measures'>> {
  const { topology } = world.journeyState;
  const definitions = await topology.compile(await world.store.activeResources(PARTITION));
  const records = events.map(([record, context], offset) => ({ record, offset, traceparent: context }));
  const batch = { partition: PARTITION, records, now: world.clock.now(), traceparent };
  return topology.fold(batch, await topology.load(batch, definitions), definitions);
}

/** The outputs: the name of each, its trace context, and, of an interaction, when its event came in. */
const told = ({ outputs }: Pick<Folded<unknown>, 'outputs'>): unknown[] =>
  outputs.map(({ topic, value, headers }) => {
    const record = JSON.parse(value) as { type: string; event?: string; receivedAt: string };
    const context = headers?.[HEADERS.traceparent];
    return topic === 'interactions' ? [record.type, context, record.receivedAt] : [record.event, context];
  });

const apply = (...journeys: Journey[]): Promise<void> => world.apply(...journeys);

describe('what can be seen of a batch from outside', () => {
  it('is what each event has caused in its own trace, with when it came in', async () => {
    await apply(greeting);
    const events: [CustomerEvent, string | undefined][] = [
      [anEvent('Signed Up', { of: 'ada' as never, receivedAt: iso(NOW - 2_000) }), 'a'],
      [anEvent('Signed Up', { of: 'bob' as never, receivedAt: iso(NOW - 1_000) }), undefined],
    ];
    expect(told(await fold(events, 'due'))).toEqual([
      ['Journey Entered', 'a'],
      ['act', 'a', iso(NOW - 2_000)],
      ['Journey Entered', undefined],
      ['act', undefined, iso(NOW - 1_000)],
    ]);
  });

  it('is what a timer has caused in the trace of what falls due, without an event that came in', async () => {
    await apply(reminding);
    await world.take(anEvent('Cart Left'));
    world.clock.moveTo(NOW + HOUR);
    expect(told(await fold([], 'due'))).toEqual([['act', 'due', undefined]]);
  });

  it('is a timer that fires before an event apart from the event', async () => {
    await apply(reminding, greeting);
    await world.take(anEvent('Cart Left'));
    world.clock.moveTo(NOW + HOUR + MINUTE);
    const event = anEvent('Signed Up', { receivedAt: iso(NOW + HOUR + 1) });
    expect(told(await fold([[event, 'a']], undefined))).toEqual([
      ['act', undefined, undefined],
      ['Journey Entered', 'a'],
      ['act', 'a', iso(NOW + HOUR + 1)],
    ]);
  });

  it('is by how much each timer was late, by the clock', async () => {
    await apply(reminding);
    await world.take(anEvent('Cart Left', { of: 'ada' as never }));
    world.clock.moveTo(NOW + 2_000);
    await world.take(anEvent('Cart Left', { of: 'bob' as never }));
    world.clock.moveTo(NOW + HOUR + 2_500);
    expect((await fold([])).measures).toEqual([
      { what: 'timer', service: 'journey-state', latenessMs: 2_500 },
      { what: 'timer', service: 'journey-state', latenessMs: 500 },
    ]);
  });
});

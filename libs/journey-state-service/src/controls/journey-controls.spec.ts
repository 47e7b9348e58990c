import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId, Journey } from '@waymark/contracts';
import { JourneyWorld } from '../testing/journey-world.js';
import { ADA, aJourney, anEvent, BOB, HOUR, mail, MINUTE, NOW, reentry } from '../testing/samples.js';
import type { JourneyControls } from './journey-controls.js';

let world: JourneyWorld;
let controls: JourneyControls;

beforeEach(async () => {
  world = new JourneyWorld();
  await world.apply(aJourney());
  controls = world.journeyState.controls;
});

const iso = (moment: number): string => new Date(moment).toISOString();
const crowd = (count: number): CustomerId[] => Array.from({ length: count }, (_, i) => `c${i}` as CustomerId);
const knock = (of: CustomerId, messageId?: string) =>
  anEvent('Cart Left', {
    of,
    messageId: messageId ?? `${of} knocks ${world.clock.now()}`,
    receivedAt: iso(world.clock.now()),
  });
const enter = (...customers: CustomerId[]): Promise<void> => world.take(...customers.map((of) => knock(of)));
const reasonsOf = async (of = ADA): Promise<string[]> =>
  (await world.history(of)).flatMap(({ trace }) =>
    trace.flatMap((each) => (each.what === 'refused' ? [each.reason] : [])),
  );

describe('a pause (R26)', () => {
  it('is, where nothing is said, a queue of a day, timers that run, and messages held for a week', async () => {
    expect(await controls.pause('cart', {})).toEqual({
      kind: 'journey-control',
      id: 'cart',
      state: 'paused',
      pause: { since: iso(NOW), entrants: { queue: 'P1D' }, timers: 'run', actions: { hold: 'P7D' } },
      jobs: [],
    });
  });

  it('lets entrants wait, and lets them in with the resume, by the event they knocked with', async () => {
    await controls.pause('cart', {});
    await enter(ADA, BOB);
    expect(await world.instances()).toEqual([]);
    expect(await world.told()).toEqual(['queued']);
    world.clock.moveTo(NOW + HOUR);
    await controls.resume('cart');
    expect([...(await world.instances(ADA)), ...(await world.instances(BOB))]).toMatchObject([
      { status: 'active', enteredAt: iso(NOW + HOUR), entry: { messageId: `ada knocks ${NOW}` } },
      { status: 'active' },
    ]);
  });

  it('lets in as things are then: all gates are asked anew', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', cap: { limit: 1, window: 'P1D' } } }));
    await controls.pause('cart', {});
    await enter(ADA, BOB);
    await world.take(knock(ADA, 'again'));
    await controls.resume('cart');
    expect(await reasonsOf(ADA)).toEqual(['ALREADY_ACTIVE']);
    expect(await reasonsOf(BOB)).toEqual(['ENTRY_CAP']);
  });

  it('counts under the cap of the journey who had entered before the pause', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', cap: { limit: 2, window: 'P1D' } } }));
    await enter('eve' as CustomerId);
    await controls.pause('cart', {});
    await enter(ADA, BOB);
    await controls.resume('cart');
    expect(await world.instances(ADA)).toHaveLength(1);
    expect(await reasonsOf(BOB)).toEqual(['ENTRY_CAP']);
  });

  it('refuses who has waited too long, at that moment', async () => {
    await controls.pause('cart', { entrants: { queue: 'PT2H' } });
    await enter(ADA);
    await world.until(NOW + 2 * HOUR - 1);
    expect(await reasonsOf()).toEqual([]);
    await world.until(NOW + 2 * HOUR);
    expect(await reasonsOf()).toEqual(['JOURNEY_PAUSED']);
    await controls.resume('cart');
    expect(await world.instances()).toEqual([]);
  });

  it('refuses everybody at once where that is asked for, and whom another gate refuses it does not let wait', async () => {
    await enter(BOB);
    await controls.pause('cart', { entrants: 'discard' });
    await enter(ADA);
    expect(await reasonsOf()).toEqual(['JOURNEY_PAUSED']);
    await controls.pause('cart', {});
    await enter(BOB);
    expect(await reasonsOf(BOB)).toEqual(['ALREADY_ACTIVE']);
    expect(await controls.resumePreview('cart')).toMatchObject({ entrants: 0 });
  });

  it('lets those wait over a restart, and goes on in the middle of a long queue', async () => {
    await controls.pause('cart', {});
    const customers = crowd(1_200);
    for (let i = 0; i < customers.length; i += 100) await enter(...customers.slice(i, i + 100));
    world.restart();
    expect(await world.store.entrantCount('cart')).toBe(1_200);
    await world.journeyState.controls.resume('cart');
    expect(await world.store.population()).toEqual([
      { journeyId: 'cart', version: 'cart-1', step: 'rest', count: 1_200 },
    ]);
    expect(await world.store.entrantCount('cart')).toBe(0);
  });

  it('lets timers run, or stand still and go on with what was left', async () => {
    await enter(ADA);
    world.clock.moveTo(NOW + 20 * MINUTE);
    await controls.pause('cart', { timers: 'freeze' });
    await world.until(NOW + 5 * HOUR);
    expect(await world.instances()).toMatchObject([{ status: 'active' }]);
    await controls.resume('cart');
    expect(await world.instances()).toMatchObject([{ status: 'active' }]);
    await world.until(NOW + 5 * HOUR + 40 * MINUTE - 1);
    expect(await world.instances()).toMatchObject([{ status: 'active' }]);
    await world.until(NOW + 5 * HOUR + 40 * MINUTE);
    expect(await world.instances()).toMatchObject([{ status: 'ended' }]);
  });

  it('that stands still stays so when it is paused anew, and goes on when timers are to run', async () => {
    await enter(ADA);
    await controls.pause('cart', { timers: 'freeze' });
    await world.until(NOW + HOUR);
    expect((await controls.pause('cart', { timers: 'freeze', entrants: 'discard' })).pause?.since).toBe(iso(NOW));
    await world.until(NOW + 2 * HOUR);
    await controls.pause('cart', { timers: 'run' });
    await world.until(NOW + 3 * HOUR - 1);
    expect(await world.instances()).toMatchObject([{ status: 'active' }]);
    await world.until(NOW + 3 * HOUR);
    expect(await world.instances()).toMatchObject([{ status: 'ended' }]);
  });

  it('lets no timer of a crowd act before it is put off', async () => {
    const customers = crowd(350);
    await enter(...customers);
    await controls.pause('cart', { timers: 'freeze' });
    await world.until(NOW + 3 * HOUR);
    await controls.resume('cart');
    await world.until(NOW + 4 * HOUR - 1);
    expect((await world.store.population())[0]).toMatchObject({ count: 350 });
    await world.until(NOW + 4 * HOUR);
    expect(await world.store.population()).toEqual([]);
  });

  it('previews what a resume sets free (R27)', async () => {
    await enter(...crowd(3));
    await controls.pause('cart', { timers: 'freeze' });
    await enter(ADA, BOB);
    world.held = 4;
    expect(await controls.resumePreview('cart')).toEqual({ entrants: 2, messages: 4, frozen: 3 });
  });
});

describe('R28: close and stop', () => {
  it('a closed journey takes nobody in, lets those inside go on, and can be opened again', async () => {
    await enter(ADA);
    await controls.close('cart');
    await enter(BOB);
    expect(await reasonsOf(BOB)).toEqual(['JOURNEY_CLOSED']);
    await world.until(NOW + HOUR);
    expect(await world.instances()).toMatchObject([{ status: 'ended', reason: 'finished' }]);
    await expect(controls.pause('cart', {})).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await controls.resume('cart');
    await enter(BOB);
    expect(await world.instances(BOB)).toHaveLength(1);
  });

  it('a stop ends everybody, page after page, and says how far it is', async () => {
    await world.apply(aJourney({ steps: { rest: { ...mail, next: 'done' }, done: { kind: 'exit' } } }));
    await enter(...crowd(250));
    const job = await controls.stop('cart');
    expect(job).toMatchObject({ type: 'stop' });
    await enter(ADA);
    expect(await reasonsOf()).toEqual(['JOURNEY_CLOSED']);
    await world.until(NOW + MINUTE);
    expect(await controls.job('cart', job.id)).toEqual({
      id: job.id,
      isDone: true,
      partitionsDone: 1,
      partitions: 1,
      counts: { ended: 250 },
    });
    expect(await world.instances('c7' as CustomerId)).toMatchObject([{ status: 'ended', reason: 'STOPPED' }]);
    expect((await world.interactions()).filter(({ type }) => type === 'cancel')).toHaveLength(250);
  });

  it('a stop goes on where it was when its process has died', async () => {
    await enter(...crowd(250));
    const { id } = await controls.stop('cart');
    expect((await controls.job('cart', id)).counts).toEqual({ ended: 100 });
    world.restart();
    await world.until(NOW + MINUTE);
    expect((await world.journeyState.controls.job('cart', id)).counts).toEqual({ ended: 250 });
    expect((await world.emitted()).filter(({ event }) => event === 'Journey Ended')).toHaveLength(250);
  });
});

describe('R22: a migration', () => {
  const waiting = (duration: string, step = 'rest'): Journey =>
    aJourney({ start: step, steps: { [step]: { kind: 'wait', for: duration, next: 'done' }, done: { kind: 'exit' } } });

  it('says beforehand what it would do, and what the map says nothing of', async () => {
    await enter(...crowd(3));
    await world.apply(waiting('PT10M', 'pause'));
    await enter(ADA);
    expect(await controls.migrationPlan('cart', {})).toEqual({
      to: 'cart-2',
      steps: [{ version: 'cart-1', step: 'rest', count: 3, to: 'stay', isMapped: false }],
      moved: 0,
      stayed: 3,
      ended: 0,
    });
    expect(await controls.migrationPlan('cart', { rest: 'pause' })).toMatchObject({ moved: 3, stayed: 0 });
    expect(await controls.migrationPlan('cart', { rest: 'exit' })).toMatchObject({ ended: 3 });
  });

  it.each([
    [{ rest: 'pauze' }, '"pauze" is no step in the version that is published; did you mean "pause"?'],
    [{ resst: 'pause' }, '"resst" is no step that anybody could be at; did you mean "rest"?'],
  ])('refuses a map such as %j', async (map, message) => {
    await enter(ADA);
    await world.apply(waiting('PT10M', 'pause'));
    await expect(controls.migrate('cart', map as unknown as Record<string, string>)).rejects.toMatchObject({
      code: 'INVALID_BODY',
      message,
    });
  });

  it('takes everybody to the new version, and moves now whose wait is over by it', async () => {
    await enter(...crowd(120));
    world.clock.moveTo(NOW + 30 * MINUTE);
    await world.take(knock(ADA));
    await world.apply(waiting('PT20M', 'pause'));
    const { id } = await controls.migrate('cart', { rest: 'pause' });
    await world.until(NOW + 31 * MINUTE);
    expect(await controls.job('cart', id)).toMatchObject({ isDone: true, counts: { ended: 120, moved: 1 } });
    expect(await world.instances()).toMatchObject([{ status: 'active', version: 'cart-2', step: 'pause' }]);
    await world.until(NOW + 50 * MINUTE);
    expect(await world.instances()).toMatchObject([{ status: 'ended' }]);
  });

  it('leaves who is to stay, and who is in the new version', async () => {
    await enter(ADA);
    await world.apply(waiting('PT20M', 'pause'));
    await enter(BOB);
    const { id } = await controls.migrate('cart', { rest: 'stay' });
    await world.until(NOW + MINUTE);
    expect((await controls.job('cart', id)).counts).toEqual({ stayed: 2 });
    expect(await world.instances()).toMatchObject([{ version: 'cart-1', step: 'rest' }]);
  });
});

describe('what is said of journeys', () => {
  it('is refused for one that is not there, and a job that is not its own', async () => {
    await expect(controls.pause('other', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(controls.job('cart', 'stop-1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await controls.control('cart')).toEqual({ kind: 'journey-control', id: 'cart', state: 'running', jobs: [] });
  });

  it('forgets jobs that are done with the next change', async () => {
    const { id } = await controls.stop('cart');
    expect((await controls.control('cart')).jobs).toHaveLength(1);
    await world.until(NOW + MINUTE);
    expect((await controls.resume('cart')).jobs).toEqual([]);
    await expect(controls.job('cart', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('an entry by API', () => {
  const request = (over: object = {}) =>
    world.journeyState.entries.request('cart', { customer: 'ada', data: { order: 7 }, key: 'k', ...over });

  it('goes onto the log as an event of the platform, the same for the same key', async () => {
    await world.apply(aJourney({ entry: { api: true, reentry } }));
    await request();
    await request();
    await request({ key: 'l' });
    const [first, second, third] = await world.emitted();
    expect(first).toMatchObject({
      source: 'waymark',
      customerId: 'ada',
      event: 'Entry Requested',
      properties: { journeyId: 'cart', data: { order: 7 } },
    });
    expect(second!.messageId).toBe(first!.messageId);
    expect(third!.messageId).not.toBe(first!.messageId);
  });

  it('is refused where the journey is not entered by API, or is not there', async () => {
    await expect(request()).rejects.toMatchObject({ code: 'INVALID_BODY' });
    await world.remove('cart');
    await expect(request()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

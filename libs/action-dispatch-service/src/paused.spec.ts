import { beforeEach, describe, expect, it } from '@jest/globals';
import { journeyControlSchema, type JourneyControl } from '@waymark/contracts';
import { DispatchWorld } from './testing/dispatch-world.js';
import { aChannel, aCustomer, anAction, aPolicy } from './testing/samples.js';

const START = '2026-05-04T10:00:00.000Z';
const { actionId: ID, cause } = anAction();

let w: DispatchWorld;

beforeEach(async () => {
  w = new DispatchWorld(START);
  w.contexts.set('ada' as never, aCustomer());
  await w.start();
  w.apply(aChannel());
});

function control(over: Partial<JourneyControl> = {}): JourneyControl {
  return journeyControlSchema.parse({
    kind: 'journey-control',
    id: cause.journeyId,
    state: 'running',
    jobs: [],
    ...over,
  });
}
const paused = (actions: unknown): JourneyControl =>
  control({ state: 'paused', pause: { since: START, entrants: 'discard', timers: 'run', actions } as never });

describe('a message of a paused journey (R26)', () => {
  it('is held, and handed over when the journey goes on', async () => {
    w.apply(paused({ hold: 'P7D' }));
    w.deliver({ class: 'transactional' });
    await w.settle();
    expect(w.provider.tries).toEqual([]);
    expect(await w.delivery(ID)).toMatchObject({
      state: 'queued',
      heldFor: cause.journeyId,
      dueAt: Date.parse('2026-05-11T10:00:00.000Z'),
      because: [`the journey "${cause.journeyId}" is paused`],
    });
    expect(await w.store.heldCount(cause.journeyId!)).toBe(1);
    await w.until('2026-05-05T10:00:00.000Z');
    w.apply(control());
    await w.settle();
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.delivery(ID)).toMatchObject({ state: 'sent' });
    expect((await w.delivery(ID))?.heldFor).toBeUndefined();
    expect(await w.store.heldCount(cause.journeyId!)).toBe(0);
  });

  it('is tested anew then: quiet hours and caps of that moment (R27)', async () => {
    w.apply(
      aPolicy({
        quietHours: { windows: [{ days: ['mon'], from: '20:00', to: '23:00' }] },
        release: { spread: 'PT0S' },
      }),
      paused({ hold: 'P7D' }),
    );
    w.deliver({ class: 'service' });
    await w.settle();
    await w.until('2026-05-04T20:30:00.000Z');
    w.apply(control());
    await w.settle();
    expect(w.provider.tries).toEqual([]);
    expect(await w.delivery(ID)).toMatchObject({ state: 'queued', dueAt: Date.parse('2026-05-04T21:00:00.000Z') });
    expect((await w.delivery(ID))?.heldFor).toBeUndefined();
  });

  it('is suppressed when it was held too long', async () => {
    w.apply(paused({ hold: 'P1D' }));
    w.deliver({ class: 'transactional' });
    await w.settle();
    await w.until('2026-05-05T09:59:59.999Z');
    expect(await w.delivery(ID)).toMatchObject({ state: 'queued' });
    await w.until('2026-05-05T10:00:00.000Z');
    expect(await w.delivery(ID)).toMatchObject({ state: 'suppressed', reason: 'TTL' });
    expect((await w.outcomes()).map(({ properties }) => properties['reason'])).toEqual(['TTL']);
  });

  it('is suppressed at its own ttl, if that ends earlier', async () => {
    w.apply(paused({ hold: 'P1D' }));
    w.deliver({ class: 'transactional', expiresAt: '2026-05-04T12:00:00.000Z' });
    await w.settle();
    await w.until('2026-05-04T12:00:00.001Z');
    expect(await w.delivery(ID)).toMatchObject({ state: 'suppressed', reason: 'TTL' });
  });

  it('is held no longer by a second pause that begins before the first has let it go', async () => {
    w.apply(paused({ hold: 'P2D' }));
    w.deliver({ class: 'transactional' });
    await w.settle();
    await w.until('2026-05-05T10:00:00.000Z');
    w.apply(paused({ hold: 'P9D' }));
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject({ dueAt: Date.parse('2026-05-06T10:00:00.000Z') });
  });

  it.each([
    ['discard', { state: 'suppressed', reason: 'PAUSED' }],
    ['letThrough', { state: 'sent' }],
  ])('%s', async (actions, expected) => {
    w.apply(paused(actions));
    w.deliver({ class: 'transactional' });
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject(expected);
  });

  it('leaves the messages of other journeys alone', async () => {
    w.apply({ ...paused('discard'), id: 'another' });
    w.deliver({ class: 'transactional' });
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject({ state: 'sent' });
  });

  it('is cancelled while it is held, should its instance end', async () => {
    w.apply(paused({ hold: 'P7D' }));
    const action = w.deliver({ class: 'transactional' });
    await w.settle();
    w.cancel(action);
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject({ state: 'suppressed', reason: 'EXITED' });
    w.apply(control());
    await w.settle();
    expect(w.provider.tries).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { interactionSchema } from '@waymark/contracts';
import { decide } from './decide.js';
import { aCustomer, aJourney, anEvent, Play, surroundingsAt } from './testing/play.js';

const end = (reason: string): object => ({ kind: 'exit', reason });
const LISTEN = {
  kind: 'await',
  any: [{ id: 'order', event: 'Order Completed', next: 'next' }],
  timeout: { after: 'P1D', next: 'late' },
};
const STEPS = { listen: LISTEN, next: end('next'), late: end('late') };
const GOAL = { event: 'Order Completed', value: 'event.properties.total' };
const EXIT = { id: 'gone', event: 'Order Completed' };

describe('R17: on one event', () => {
  it.each([
    ['goal before exit rule before step', { goal: GOAL, exits: [EXIT] }, 'goal'],
    ['exit rule before step', { exits: [EXIT] }, 'gone'],
    ['the first exit rule that fits', { exits: [{ id: 'first', event: 'Order Completed' }, EXIT] }, 'first'],
    ['an exit rule, when the goal does not hold', { goal: { ...GOAL, where: 'false' }, exits: [EXIT] }, 'gone'],
    [
      'the step, when neither holds',
      { goal: { ...GOAL, where: 'false' }, exits: [{ ...EXIT, where: 'false' }] },
      'next',
    ],
  ])('%s', (_, of, reason) => {
    const play = new Play(aJourney({ steps: STEPS, ...of })).event('Order Completed', { total: 12 });
    expect(play.instance).toMatchObject({ status: 'ended', reason, event: { name: 'Order Completed' } });
  });

  it('a goal converts with its value; an exit rule does not', () => {
    const play = new Play(aJourney({ steps: STEPS, goal: GOAL, exits: [EXIT] })).event('Order Completed', {
      total: 12,
    });
    expect(play.instance.converted).toEqual({ at: '2026-05-06T10:00:00.000Z', value: 12 });
    expect(play.last.trace.map(({ what }) => what)).toEqual(['converted', 'interrupted', 'ended']);
    const left = new Play(aJourney({ steps: STEPS, exits: [EXIT] })).event('Order Completed', { total: 12 });
    expect(left.instance.converted).toBeUndefined();
  });

  it('a value that is no number converts without one', () => {
    const play = new Play(aJourney({ steps: STEPS, goal: GOAL })).event('Order Completed', { total: '12' });
    expect(play.instance.converted?.at).toBe('2026-05-06T10:00:00.000Z');
    expect(play.instance.converted?.value).toBeUndefined();
  });

  it('an exit rule by condition is tested on every event', () => {
    const exits = [{ id: 'moved', if: 'customer.traits.city != entry.properties.city' }];
    const play = new Play(aJourney({ steps: STEPS, exits }), { entry: { city: 'Ulm' } });
    expect(play.event('Page Viewed').last.changed).toBe(false);
    play.context = aCustomer({ traits: { city: 'Bonn' } });
    expect(play.event('Identify').instance.reason).toBe('moved');
    expect(play.traces('interrupted')).toEqual([
      expect.objectContaining({ by: 'moved', event: 'Identify', tested: expect.objectContaining({ result: true }) }),
    ]);
  });

  it('goal and exits see the event that came, not the one before', () => {
    const exits = [{ id: 'gone', event: 'Order Completed', where: 'event.properties.total > 10' }];
    const play = new Play(aJourney({ steps: STEPS, exits }));
    expect(play.event('Order Completed', { total: 11 }).instance.reason).toBe('gone');
  });
});

describe('R15: an exit interrupts', () => {
  const TELL = { kind: 'act', channel: 'mail', template: 'hello', next: 'next' };

  it.each([
    ['exit rule', { exits: [{ id: 'gone', event: 'Left' }] }, (play: Play) => play.event('Left'), 'gone'],
    ['goal', { goal: { event: 'Left' } }, (play: Play) => play.event('Left'), 'goal'],
    [
      'lifetime',
      { policy: { maxLifetime: 'PT1H' } },
      (play: Play) => play.at('2026-05-06T11:00:00Z').fire(),
      'MAX_LIFETIME',
    ],
  ])('by %s: cancels the message that is not handed over, and every timer', (_, of, interrupt, reason) => {
    const play = new Play(aJourney({ steps: { tell: TELL, next: end('next') }, ...of }));
    const { actionId, cause } = play.interactions[0]!;
    interrupt(play);
    expect(play.instance).toMatchObject({ status: 'ended', reason, timers: {} });
    expect(play.instance.pending).toBeUndefined();
    expect(play.interactions).toEqual([expect.objectContaining({ type: 'cancel', actionId, cause })]);
    expect(interactionSchema.parse(play.interactions[0])).toEqual(play.interactions[0]);
  });

  it('cancels nothing when the message was handed over', () => {
    const steps = { tell: { ...TELL, next: 'listen' }, ...STEPS };
    const play = new Play(aJourney({ steps, exits: [{ id: 'gone', event: 'Left' }] })).outcome('sent');
    expect(play.event('Left').last.effects).toEqual([]);
  });

  it('during a wait the timer goes with it', () => {
    const steps = { pause: { kind: 'wait', for: 'P1D', next: 'next' }, next: end('next') };
    const play = new Play(aJourney({ steps, exits: [{ id: 'gone', event: 'Left' }] })).event('Left');
    expect(play.instance).toMatchObject({ reason: 'gone', timers: {} });
    expect(play.at('2026-05-07T10:00:00Z').fire().last).toMatchObject({ changed: false, trace: [], effects: [] });
  });
});

describe('R18: conversion', () => {
  const windowed = { ...GOAL, window: 'P2D' };
  const leave = { exits: [{ id: 'gone', event: 'Left' }] };

  it('outlives the instance while the window is open, and changes nothing else', () => {
    const play = new Play(aJourney({ steps: STEPS, goal: windowed, ...leave })).event('Left');
    expect(play.instance.timers).toEqual({ conversion: Date.parse('2026-05-08T10:00:00Z') });
    const { timers: _, ...before } = play.instance;
    play.at('2026-05-07T10:00:00Z').event('Order Completed', { total: 5 });
    expect(play.instance).toEqual({ ...before, timers: {}, converted: { at: '2026-05-07T10:00:00.000Z', value: 5 } });
    expect(play.last.trace).toEqual([{ at: '2026-05-07T10:00:00.000Z', what: 'converted', value: 5 }]);
  });

  it('is counted once', () => {
    const play = new Play(aJourney({ steps: STEPS, goal: windowed, ...leave })).event('Order Completed', { total: 5 });
    const { instance } = play;
    expect(play.event('Order Completed', { total: 7 }).last).toMatchObject({ changed: false, trace: [], instance });
  });

  it('not when the window is over: silently after the end', () => {
    const play = new Play(aJourney({ steps: STEPS, goal: windowed, ...leave })).event('Left');
    expect(play.at('2026-05-08T10:00:00Z').fire().last).toMatchObject({ changed: true, trace: [], effects: [] });
    expect(play.instance.timers).toEqual({});
    expect(play.event('Order Completed').last.changed).toBe(false);
    expect(play.instance.converted).toBeUndefined();
  });

  it('not when the window is over: the goal still ends what is active', () => {
    const steps = { pause: { kind: 'wait', for: 'P9D', next: 'next' }, next: end('next') };
    const play = new Play(aJourney({ steps, goal: windowed })).at('2026-05-08T10:00:00Z').fire();
    expect(play.event('Order Completed').instance).toMatchObject({ status: 'ended', reason: 'goal' });
    expect(play.instance.converted).toBeUndefined();
  });

  it('without a window it ends with the instance', () => {
    const play = new Play(aJourney({ steps: STEPS, goal: GOAL, ...leave })).event('Left');
    expect(play.event('Order Completed').last.changed).toBe(false);
  });
});

describe('limits', () => {
  const loop = (maxStepVisits: number, when = 'false'): ReturnType<typeof aJourney> =>
    aJourney({
      policy: { maxStepVisits },
      steps: {
        look: { kind: 'branch', when: [{ id: 'out', if: when, next: 'out' }], default: 'count' },
        count: { kind: 'update', add: { rounds: '1' }, next: 'look' },
        out: end('out'),
      },
    });

  it('a loop that never waits ends by MAX_STEP_VISITS, and says so', () => {
    const play = new Play(loop(10));
    expect(play.instance).toMatchObject({ status: 'ended', reason: 'MAX_STEP_VISITS', timers: {} });
    expect(play.last.trace.at(-1)).toMatchObject({ what: 'ended', reason: 'MAX_STEP_VISITS' });
    expect(play.last.effects).toHaveLength(5);
  });

  it('as many visits as allowed are allowed; an end step counts as one', () => {
    const twice = 'customer.counters.rounds >= 2';
    expect(new Play(loop(6, twice)).instance).toMatchObject({ reason: 'out', visitsTotal: 6 });
    expect(new Play(loop(5, twice)).instance.reason).toBe('MAX_STEP_VISITS');
  });

  it('lifetime ends it wherever it is', () => {
    const play = new Play(aJourney({ steps: { ...STEPS, listen: { ...LISTEN, timeout: undefined } } }));
    expect(play.due).toBe('2027-05-06T10:00:00.000Z');
    expect(play.at('2027-05-06T10:00:00Z').fire().instance).toMatchObject({ reason: 'MAX_LIFETIME', timers: {} });
  });

  it.each([
    ['PT23H', 'MAX_LIFETIME'],
    ['P1D', 'MAX_LIFETIME'],
    ['PT25H', 'late'],
  ])('of a lifetime of %s and a timeout of a day, both due, the earlier wins', (maxLifetime, reason) => {
    const play = new Play(aJourney({ policy: { maxLifetime }, steps: STEPS })).at('2026-05-10T10:00:00Z').fire();
    expect(play.instance.reason).toBe(reason);
  });
});

describe('stages', () => {
  it('are told when they change, once', () => {
    const pause = (stage: string | undefined, next: string): object => ({ kind: 'wait', for: 'PT1H', stage, next });
    const steps = { a: pause('aware', 'b'), b: pause('aware', 'c'), c: pause(undefined, 'd'), d: pause('decide', 'a') };
    const play = new Play(aJourney({ steps }));
    const told = [play.last.effects];
    for (const hour of [11, 12, 13, 14]) told.push(play.at(`2026-05-06T${hour}:00:00Z`).fire().last.effects);
    const stage = (name: string): object[] => [{ type: 'stage', stage: name }];
    expect(told).toEqual([stage('aware'), [], [], stage('decide'), stage('aware')]);
    expect(play.instance.stage).toBe('aware');
  });
});

describe('decide', () => {
  it('throws for an instance of a step that its version does not have', () => {
    const { instance } = new Play(aJourney({ steps: STEPS }));
    const lost = { ...instance, step: 'gone' };
    const input = { type: 'event', event: anEvent('Page Viewed') } as const;
    expect(() => decide(aJourney({ steps: STEPS }), lost, input, surroundingsAt('2026-05-06T10:00:00Z'))).toThrow(
      'journey welcome version v1 has no step gone',
    );
  });
});

it('a goal with an absurd value converts without one, so that no sum of values overflows', () => {
  const goal = { event: 'Order Completed', value: 'event.properties.revenue' };
  const steps = { rest: { kind: 'wait', for: 'P1D', next: 'done' }, done: { kind: 'exit' } };
  const play = new Play(aJourney({ steps, goal })).event('Order Completed', { revenue: 1.7e308 });
  expect(play.instance).toMatchObject({ reason: 'goal', converted: { at: expect.any(String) } });
  expect(play.instance.converted?.value).toBeUndefined();
});

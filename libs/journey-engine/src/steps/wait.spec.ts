import { describe, expect, it } from '@jest/globals';
import { aCustomer, aJourney, Play } from '../testing/play.js';

const END = { kind: 'exit' };
const waiting = (wait: object): ReturnType<typeof aJourney> =>
  aJourney({ steps: { pause: { kind: 'wait', ...wait, next: 'end' }, end: END } });
const inZone = (timezone: string, traits: Record<string, string> = {}): ReturnType<typeof aCustomer> =>
  aCustomer({ traits: { timezone, ...traits } });

describe('R6: a wait has an absolute due time', () => {
  it.each([
    ['a duration', { for: 'PT30M' }, '2026-05-06T10:30:00.000Z'],
    ['days in her zone', { for: 'P1D' }, '2026-05-07T10:00:00.000Z'],
    ['a duration, then a time of day in her zone', { for: 'P1D', at: '09:00' }, '2026-05-08T07:00:00.000Z'],
    ['a time of day in her zone', { at: '18:00' }, '2026-05-06T16:00:00.000Z'],
    ['a time of day that is over, tomorrow', { at: '09:00' }, '2026-05-07T07:00:00.000Z'],
    ['a time of day in another zone', { at: '18:00', zone: 'America/New_York' }, '2026-05-06T22:00:00.000Z'],
    ['in the zone of the customer, said so', { at: '18:00', zone: 'customer' }, '2026-05-06T16:00:00.000Z'],
    ['a weekday', { weekdays: ['mon'] }, '2026-05-10T22:00:00.000Z'],
    ['a weekday and a time', { weekdays: ['mon', 'sat'], at: '09:00' }, '2026-05-09T07:00:00.000Z'],
    ['an instant', { until: '2026-06-01T12:00:00+02:00' }, '2026-06-01T10:00:00.000Z'],
    ['the day of a trait', { until: { trait: 'renewal' } }, '2026-07-31T22:00:00.000Z'],
    [
      'days before the day of a trait',
      { until: { trait: 'renewal', offset: '-P3D' }, at: '09:00' },
      '2026-07-29T07:00:00.000Z',
    ],
    ['hours after it', { until: { trait: 'renewal', offset: 'PT5H' } }, '2026-08-01T03:00:00.000Z'],
  ])('%s', (_, wait, due) => {
    const play = new Play(waiting(wait), { context: inZone('Europe/Paris', { renewal: '2026-08-01' }) });
    expect(play.instance).toMatchObject({ status: 'active', step: 'pause', timers: { step: Date.parse(due) } });
    expect(play.traces('waiting')).toEqual([expect.objectContaining({ until: due })]);
  });

  it('R11: over a change of the clocks, days are days on her wall clock', () => {
    const play = new Play(waiting({ for: 'P1D' }), { now: '2026-03-28T08:00:00Z', context: inZone('Europe/Paris') });
    expect(play.instance.timers.step).toBe(Date.parse('2026-03-29T07:00:00Z'));
  });

  it('leaves when it is due, not before', () => {
    const play = new Play(waiting({ for: 'PT30M' }));
    expect(play.at('2026-05-06T10:29:59.999Z').fire().last).toMatchObject({ changed: false, trace: [] });
    expect(play.at('2026-05-06T10:30:00.000Z').fire().instance).toMatchObject({ status: 'ended', reason: 'finished' });
  });

  it('`at` equal to now is now', () => {
    expect(new Play(waiting({ at: '10:00' })).instance.status).toBe('ended');
    expect(new Play(waiting({ for: 'PT0S' })).instance.status).toBe('ended');
  });

  it('events that change nothing of it leave the timer alone', () => {
    const play = new Play(waiting({ for: 'PT30M', at: '18:00' }));
    const { due } = play;
    expect(play.at('2026-05-06T11:00:00Z').event('Page Viewed').last).toMatchObject({ changed: false, effects: [] });
    expect(play.due).toBe(due);
  });
});

describe('R6: a wait is recomputed', () => {
  it('when her zone changes, counted from the start of the step', () => {
    const play = new Play(waiting({ for: 'P1D', at: '09:00' }), { context: inZone('Europe/Paris') });
    expect(play.instance.timers.step).toBe(Date.parse('2026-05-08T07:00:00Z'));
    play.context = inZone('America/New_York');
    play.at('2026-05-07T10:00:00Z').event('Identify', {}, { type: 'identify' });
    expect(play.instance.timers.step).toBe(Date.parse('2026-05-07T13:00:00Z'));
    expect(play.traces('waiting')).toHaveLength(1);
  });

  it('when the trait changes', () => {
    const play = new Play(waiting({ until: { trait: 'renewal' } }), {
      context: inZone('UTC', { renewal: '2026-08-01' }),
    });
    play.context = inZone('UTC', { renewal: '2026-09-01' });
    expect(play.event('Identify').instance.timers.step).toBe(Date.parse('2026-09-01T00:00:00Z'));
  });

  it.each([
    ['continueNow', { status: 'ended', reason: 'finished' }],
    ['exit', { status: 'ended', reason: 'PAST' }],
    ['nextOccurrence', { status: 'active', timers: { step: Date.parse('2027-05-01T00:00:00Z') } }],
  ])('R9: to a date that is past by now: %s', (whenPast, expected) => {
    const journey = waiting({ until: { trait: 'renewal' }, whenPast });
    const play = new Play(journey, { context: inZone('UTC', { renewal: '2026-08-01' }) });
    play.context = inZone('UTC', { renewal: '2026-05-01' });
    expect(play.event('Identify').instance).toMatchObject(expected);
  });

  it.each([
    ['continueNow', { status: 'ended', reason: 'finished' }],
    ['exit', { status: 'ended', reason: 'PAST' }],
    ['nextOccurrence', { status: 'active', timers: { step: Date.parse('2026-05-07T16:00:00Z') } }],
  ])('R9: to a time of day that is past in her new zone: %s', (whenPast, expected) => {
    const play = new Play(waiting({ at: '18:00', whenPast }), { context: inZone('America/New_York') });
    play.context = inZone('Europe/Paris');
    expect(play.at('2026-05-06T20:00:00Z').event('Identify').instance).toMatchObject(expected);
  });

  it('to a trait that is gone: it goes on', () => {
    const play = new Play(waiting({ until: { trait: 'renewal' } }), {
      context: inZone('UTC', { renewal: '2026-08-01' }),
    });
    play.context = inZone('UTC');
    expect(play.event('Identify').instance).toMatchObject({ status: 'ended', reason: 'finished' });
  });

  it.each([
    ['a birthday', { until: { trait: 'birthday' } }, '2026-05-07T00:00:00Z'],
    ['a time of day', { until: '2026-05-01T09:00:00Z', at: '09:00' }, '2026-05-07T09:00:00Z'],
  ])('not by an event that comes between its moment and its timer: %s', (_, wait, due) => {
    const journey = waiting({ ...wait, whenPast: 'nextOccurrence' });
    const play = new Play(journey, { context: inZone('UTC', { birthday: '1990-05-07' }) });
    expect(play.instance.timers.step).toBe(Date.parse(due));
    const late = new Date(Date.parse(due) + 300_000).toISOString();
    expect(play.at(late).event('Page Viewed').last.changed).toBe(false);
    expect(play.fire().instance).toMatchObject({ status: 'ended', reason: 'finished' });
  });
});

describe('R9: a target already past on arrival', () => {
  it.each([
    ['an instant, by default', { until: '2026-05-01T09:00:00Z' }, { reason: 'finished' }],
    ['an instant, continueNow', { until: '2026-05-01T09:00:00Z', whenPast: 'continueNow' }, { reason: 'finished' }],
    ['an instant, exit', { until: '2026-05-01T09:00:00Z', whenPast: 'exit' }, { reason: 'PAST' }],
    [
      'an instant with a time of day, nextOccurrence',
      { until: '2026-05-01T09:00:00Z', at: '09:00', whenPast: 'nextOccurrence' },
      { timers: { step: Date.parse('2026-05-07T09:00:00Z') } },
    ],
    ['a date, continueNow', { until: { trait: 'birthday' } }, { reason: 'finished' }],
    ['a date, exit', { until: { trait: 'birthday' }, whenPast: 'exit' }, { reason: 'PAST' }],
    [
      'a date, nextOccurrence: R6, 29 February falls on the 28th',
      { until: { trait: 'birthday' }, whenPast: 'nextOccurrence' },
      { timers: { step: Date.parse('2027-02-28T00:00:00Z') } },
    ],
    [
      'days before a date, nextOccurrence',
      { until: { trait: 'birthday', offset: '-P7D' }, at: '09:00', whenPast: 'nextOccurrence' },
      { timers: { step: Date.parse('2027-02-21T09:00:00Z') } },
    ],
    ['no date at all, continueNow', { until: { trait: 'name' } }, { reason: 'finished' }],
    ['no date at all, exit', { until: { trait: 'none' }, whenPast: 'exit' }, { reason: 'PAST' }],
  ])('%s', (_, wait, expected) => {
    const play = new Play(waiting(wait), { context: inZone('UTC', { birthday: '2000-02-29', name: 'Ada' }) });
    expect(play.instance).toMatchObject(expected);
  });
});

describe('a wait that counts from a message', () => {
  const tell = { kind: 'act', channel: 'mail', template: 'hello', next: 'rest' };
  const anchored = (from: object, step: object = { for: 'PT1H' }): ReturnType<typeof aJourney> =>
    aJourney({
      steps: {
        tell,
        rest: { kind: 'wait', from: { step: 'tell', ...from }, ...step, next: 'end' },
        end: { kind: 'exit' },
      },
    });
  /** Asked for at 10:00, handed over at 10:20; at 10:30 the journey hears of it. */
  function told(
    journey: ReturnType<typeof aJourney>,
    outcome = 'Email Sent',
  ): { play: Play; outcomeAt: (name: string, at: string) => Play } {
    const play = new Play(journey);
    const { id, pending, visits } = play.instance;
    const cause = { actionId: pending!.actionId, instanceId: id, stepId: 'tell', visit: visits['tell'] };
    const outcomeAt = (name: string, timestamp: string): Play => play.event(name, {}, { timestamp, cause });
    play.at('2026-05-06T10:30:00Z');
    outcomeAt(outcome, '2026-05-06T10:20:00Z');
    return { play, outcomeAt };
  }

  it.each([
    ['scheduled', 'Email Sent', '2026-05-06T11:00:00.000Z'],
    ['dispatched', 'Email Sent', '2026-05-06T11:20:00.000Z'],
    ['delivered', 'Email Delivered', '2026-05-06T11:20:00.000Z'],
    ['delivered', 'Email Sent', '2026-05-07T11:20:00.000Z'],
  ])('from %s, after %s: until %s', (at, outcome, until) => {
    expect(told(anchored({ at }), outcome).play.due).toBe(until);
  });

  it('is recomputed when the delivery is told of', () => {
    const { play, outcomeAt } = told(anchored({ at: 'delivered', orAfter: 'PT6H' }));
    expect(play.due).toBe('2026-05-06T17:20:00.000Z');
    play.at('2026-05-06T10:50:00Z');
    outcomeAt('Email Delivered', '2026-05-06T10:45:00Z');
    expect(play.due).toBe('2026-05-06T11:45:00.000Z');
  });

  it('goes on at once where its moment is past by then, as whenPast says', () => {
    expect(told(anchored({ at: 'dispatched' }, { for: 'PT5M' })).play.instance.reason).toBe('finished');
    expect(told(anchored({ at: 'dispatched' }, { for: 'PT5M', whenPast: 'exit' })).play.instance.reason).toBe('PAST');
  });

  it('may be nothing but the anchor, and then the next time of day', () => {
    expect(told(anchored({ at: 'dispatched' }, { at: '12:00' })).play.due).toBe('2026-05-06T12:00:00.000Z');
    expect(told(anchored({ at: 'delivered', orAfter: 'PT2H' }, {})).play.due).toBe('2026-05-06T12:20:00.000Z');
  });

  it.each(['Email Failed', 'Email Suppressed'])('counts from its own start where there was %s', (outcome) => {
    expect(told(anchored({ at: 'dispatched' }), outcome).play.due).toBe('2026-05-06T11:30:00.000Z');
  });
});

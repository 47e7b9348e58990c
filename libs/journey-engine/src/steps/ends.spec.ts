import { describe, expect, it } from '@jest/globals';
import { aJourney, Play, START } from '../testing/play.js';

describe('goal and exit', () => {
  it.each([
    [{ kind: 'exit' }, 'finished', undefined],
    [{ kind: 'exit', reason: 'no-interest' }, 'no-interest', undefined],
    [{ kind: 'goal' }, 'goal', { at: START }],
    [{ kind: 'goal', reason: 'bought' }, 'bought', { at: START }],
  ])('%j ends by %s', (step, reason, converted) => {
    const { instance, last } = new Play(aJourney({ steps: { last: step } }));
    expect(instance).toMatchObject({
      status: 'ended',
      reason,
      endedAt: START,
      step: 'last',
      timers: {},
      visitsTotal: 1,
    });
    expect(instance.converted).toEqual(converted);
    expect(last.trace.at(-1)).toMatchObject({ what: 'ended', reason, stepId: 'last' });
  });

  it('R18: a goal step after the conversion window does not convert', () => {
    const play = new Play(
      aJourney({
        goal: { event: 'Order Completed', window: 'PT1H' },
        steps: { pause: { kind: 'wait', for: 'PT2H', next: 'won' }, won: { kind: 'goal' } },
      }),
    );
    play.at('2026-05-06T11:00:00Z').fire().at('2026-05-06T12:00:00Z').fire();
    expect(play.instance).toMatchObject({ status: 'ended', reason: 'goal' });
    expect(play.instance.converted).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import type { InstanceId } from '@waymark/contracts';
import { aJourney, Play } from '../testing/play.js';
import { words } from '../words.js';

const CHILD = 'child-1' as InstanceId;
const calling = (step: object = {}): ReturnType<typeof aJourney> =>
  aJourney({
    steps: {
      ask: { kind: 'call', journey: 'survey', next: 'done', ...step },
      done: { kind: 'exit' },
    },
    exits: [{ id: 'gone', event: 'Left' }],
  });
const ended = (play: Play, instanceId: InstanceId, reason = 'grown'): Play =>
  play.event('Journey Ended', { journeyId: 'survey', reason }, { cause: { instanceId } });

describe('call', () => {
  it('asks for an entry with its data, and goes on at once', () => {
    const play = new Play(calling({ data: { plan: 'entry.properties.plan', none: 'entry.properties.none' } }), {
      entry: { plan: 'gold' },
    });
    const call = { type: 'call', journeyId: 'survey', stepId: 'ask', visit: 1, wait: false };
    expect(play.last.effects).toContainEqual({ ...call, data: { plan: 'gold', none: null } });
    expect(play.instance).toMatchObject({ status: 'ended', reason: 'finished' });
    expect(words(play.traces('called')[0]!)).toBe('calls the journey "survey"');
  });

  it('with wait stays until that instance ends, and no other', () => {
    const play = new Play(calling({ wait: true })).called({ instanceId: CHILD });
    expect(play.instance).toMatchObject({ step: 'ask', called: { instanceId: CHILD } });
    expect(ended(play, 'other' as InstanceId).last.changed).toBe(false);
    expect(play.event('Journey Entered', {}, { cause: { instanceId: CHILD } }).instance.step).toBe('ask');
    ended(play, CHILD);
    expect(play.instance).toMatchObject({ status: 'ended', reason: 'finished', steps: { ask: { outcome: 'grown' } } });
    expect(play.instance.called).toBeUndefined();
    expect(words(play.traces('returned')[0]!)).toBe('goes on, as "survey" has ended: grown');
  });

  it('with wait goes on at once where nobody is taken in', () => {
    const play = new Play(calling({ wait: true })).called({ refused: 'ALREADY_ACTIVE' });
    expect(play.instance.status).toBe('ended');
    expect(words(play.traces('notCalled')[0]!)).toBe('goes on, as "survey" does not take her in: ALREADY_ACTIVE');
  });

  it('what became of a call is of no interest to an instance that has left the step', () => {
    const play = new Play(calling({ wait: true }));
    play.event('Left');
    expect(play.instance).toMatchObject({ status: 'ended', reason: 'gone' });
    expect(play.called({ instanceId: CHILD }).last).toMatchObject({ changed: false });
  });

  it('an exit rule leaves the instance that was called alone', () => {
    const play = new Play(calling({ wait: true })).called({ instanceId: CHILD }).event('Left');
    expect(play.instance).toMatchObject({ reason: 'gone' });
    expect(play.instance.called).toBeUndefined();
    expect(play.last.effects).toEqual([]);
  });
});

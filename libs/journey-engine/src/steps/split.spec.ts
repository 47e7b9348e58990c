import { describe, expect, it } from '@jest/globals';
import { growthbookHash } from '../growthbook-hash.js';
import { aJourney, Play } from '../testing/play.js';

const end = (reason: string): object => ({ kind: 'exit', reason });
const split = (a: number, b: number, next: [string, string] = ['a', 'b']): object => ({
  kind: 'split',
  seed: 'tone',
  variants: [
    { id: 'warm', weight: a, next: next[0] },
    { id: 'cool', weight: b, next: next[1] },
  ],
});
const HASH = growthbookHash('tone', 'ada');
const JOURNEY = aJourney({ steps: { tone: split(HASH, 1 - HASH), a: end('a'), b: end('b') } });

describe('split', () => {
  it('R46: is hashed of seed and customer; a hash at the border is the next variant', () => {
    const play = new Play(JOURNEY);
    expect(play.instance).toMatchObject({ reason: 'b', steps: { tone: { variant: 'cool' } } });
    expect(play.last.effects).toEqual([{ type: 'assigned', seed: 'tone', variant: 'cool' }]);
    expect(play.traces('assigned')).toEqual([expect.objectContaining({ variant: 'cool', hash: HASH, sticky: false })]);
  });

  /** A journey whose first step waits, so that assignments can be there before the split. */
  const later = (step: object): Play =>
    new Play(
      aJourney({ steps: { pause: { kind: 'wait', for: 'PT1H', next: 'tone' }, tone: step, a: end('a'), b: end('b') } }),
    ).at('2026-05-06T11:00:00Z');

  it('R47: who was assigned stays, whatever the weights are now, and is not assigned again', () => {
    const play = later(split(HASH, 1 - HASH));
    play.assignments = { tone: 'warm' };
    expect(play.fire().instance).toMatchObject({ reason: 'a', steps: { tone: { variant: 'warm' } } });
    expect(play.last.effects).toEqual([]);
    expect(play.traces('assigned')).toEqual([expect.objectContaining({ variant: 'warm', sticky: true })]);
  });

  it('R47: an assignment to a variant that is gone, or of another seed, does not count', () => {
    const play = later(split(HASH, 1 - HASH));
    play.assignments = { tone: 'gone', other: 'warm' };
    expect(play.fire().instance.reason).toBe('b');
  });

  it('R47: a second split of the same seed in the same go keeps the first assignment', () => {
    const play = new Play(
      aJourney({
        steps: { first: split(1, 1e-9, ['second', 'second']), second: split(1e-9, 1), a: end('a'), b: end('b') },
      }),
    );
    expect(play.instance).toMatchObject({ reason: 'a', steps: { second: { variant: 'warm' } } });
    expect(play.last.effects).toEqual([{ type: 'assigned', seed: 'tone', variant: 'warm' }]);
  });
});

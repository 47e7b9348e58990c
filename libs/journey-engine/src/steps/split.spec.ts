import { describe, expect, it } from '@jest/globals';
import { decide } from '../decide.js';
import { enter, NO_ENTRIES } from '../enter.js';
import { growthbookHash } from '../growthbook-hash.js';
import { aJourney, anEvent, Play, START, surroundingsAt } from '../testing/play.js';
import { words } from '../words.js';

const end = (reason: string): object => ({ kind: 'exit', reason });
const split = (a: number, b: number, next: [string, string] = ['a', 'b']): object => ({
  kind: 'split',
  seed: 'tone',
  variants: [
    { id: 'warm', weight: a, next: next[0] },
    { id: 'cool', weight: b, next: next[1] },
  ],
});
const assigned = (play: Play): unknown[] => play.last.effects.filter(({ type }) => type === 'assigned');
const HASH = growthbookHash('tone', 'ada');
const JOURNEY = aJourney({ steps: { tone: split(HASH, 1 - HASH), a: end('a'), b: end('b') } });

describe('split', () => {
  it('R46: is hashed of seed and customer; a hash at the border is the next variant', () => {
    const play = new Play(JOURNEY);
    expect(play.instance).toMatchObject({ reason: 'b', steps: { tone: { variant: 'cool' } } });
    expect(assigned(play)).toEqual([{ type: 'assigned', seed: 'tone', variant: 'cool', epoch: 1 }]);
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
    expect(assigned(play)).toEqual([]);
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
    expect(assigned(play)).toEqual([{ type: 'assigned', seed: 'tone', variant: 'warm', epoch: 1 }]);
  });
});

describe('R24: an epoch', () => {
  const goal = { event: 'Bought', value: 'event.properties.paid' };
  const steps = {
    pause: { kind: 'wait', for: 'PT1H', next: 'tone' },
    tone: split(1, 1e-9, ['tell', 'tell']),
    tell: { kind: 'update', set: { a: '1.0' }, next: 'rest' },
    rest: { kind: 'await', any: [{ id: 'again', event: 'Again', next: 'tone' }], timeout: { after: 'P1D', next: 'a' } },
    a: end('a'),
  };
  const play = (known: Partial<Pick<Play, 'assignments' | 'epochs'>> = {}): Play =>
    Object.assign(new Play(aJourney({ steps, goal }, { tone: 3 })), known)
      .at('2026-05-06T11:00:00Z')
      .fire();
  const traced = (of: Play, what: 'assigned' | 'exposed' | 'converted'): unknown[] =>
    of.traces(what).map(({ at: _, ...trace }) => trace);

  it('is of the version by which she entered, whoever assigns her later', () => {
    const its = play();
    expect(its.instance).toMatchObject({ epochs: { tone: 3 }, variants: { tone: { variant: 'warm', epoch: 3 } } });
    expect(assigned(its)).toEqual([{ type: 'assigned', seed: 'tone', variant: 'warm', epoch: 3 }]);
    expect(its.last.effects).toContainEqual({
      type: 'exposed',
      seed: 'tone',
      variant: 'warm',
      epoch: 3,
      stepId: 'tone',
    });
    expect(traced(its, 'assigned')).toMatchObject([{ epoch: 3, sticky: false }]);
    expect(traced(its, 'exposed')).toEqual([{ what: 'exposed', stepId: 'tone', variant: 'warm', epoch: 3 }]);
    expect(its.last.trace.map(words)).toContain('is in variant "warm" (epoch 3) of the test');
  });

  it.each([
    ['an earlier one', { tone: 2 }, 2, 'stays in variant "cool" (epoch 2) of the test'],
    ['the first', {}, 1, 'stays in variant "cool" of the test'],
  ])('is that of her assignment, where she has one: %s', (_, epochs, epoch, said) => {
    const its = play({ assignments: { tone: 'cool' }, epochs });
    expect(traced(its, 'assigned')).toMatchObject([{ variant: 'cool', epoch, sticky: true }]);
    expect(its.last.trace.map(words)).toContain(said);
  });

  it('begins anew for her when her variant is there no longer', () => {
    const its = play({ assignments: { tone: 'gone' }, epochs: { tone: 2 } });
    expect(traced(its, 'assigned')).toMatchObject([{ variant: 'warm', epoch: 3, sticky: false }]);
  });

  it('is told with the conversion, and coming by the split again is told apart', () => {
    const its = play().event('Again');
    expect(traced(its, 'assigned')).toMatchObject([{ variant: 'warm', epoch: 3, again: true }]);
    expect(traced(its.event('Bought', { paid: 7 }), 'converted')).toEqual([
      { what: 'converted', value: 7, variants: { tone: { variant: 'warm', epoch: 3 } } },
    ]);
  });

  it('of a version before there were epochs is the first', () => {
    const before = new Play(aJourney({ steps, goal }));
    expect(before.instance).not.toHaveProperty('epochs');
    expect(traced(before.at('2026-05-06T11:00:00Z').fire(), 'assigned')).toMatchObject([{ epoch: 1 }]);
  });
});

describe('R48: an exposure', () => {
  const act = { kind: 'act', channel: 'mail', template: 'hello', next: 'end' };
  const test = {
    kind: 'split',
    seed: 's',
    variants: [
      { id: 'only', weight: 1, next: 'rest' },
      { id: 'never', weight: 1e-9, next: 'end' },
    ],
  };
  const rest = { kind: 'wait', for: 'PT1H', next: 'then' };
  const tested = (then: object, of: object = {}): ReturnType<typeof aJourney> =>
    aJourney({ steps: { test, rest, then, end: { kind: 'exit' } }, ...of });
  const exposures = (play: Play): unknown[] => play.last.effects.filter(({ type }) => type === 'exposed');
  const EXPOSED = { type: 'exposed', seed: 's', variant: 'only', stepId: 'test', epoch: 1 };

  it.each([
    ['a message', act],
    ['a change of what is known', { kind: 'update', set: { a: '1.0' }, next: 'end' }],
    ['the end', { kind: 'exit' }],
  ])('is told when the variant first makes a difference: with %s, and not while she waits', (_, then) => {
    const play = new Play(tested(then));
    expect([exposures(play), play.instance.unexposed?.length]).toEqual([[], 1]);
    play.at('2026-05-06T11:00:00Z').fire();
    expect(exposures(play)).toEqual([EXPOSED]);
    expect(play.instance.unexposed).toBeUndefined();
    expect(words(play.traces('exposed')[0]!)).toBe('meets variant "only" of the test "test"');
  });

  it('is none for whoever is interrupted before it makes a difference', () => {
    const play = new Play(tested(act, { exits: [{ id: 'gone', event: 'Left' }] })).event('Left');
    expect(play.instance.reason).toBe('gone');
    expect(exposures(play)).toEqual([]);
  });

  it('is told once a customer', () => {
    const again = decide(
      tested(act),
      new Play(tested(act)).instance,
      { type: 'timer' },
      surroundingsAt('2026-05-06T11:00:00Z'),
    );
    expect(again.effects).toContainEqual(EXPOSED);
    const known = { assignments: { s: 'only' }, exposed: new Set(['s']) };
    const entry = enter(
      tested(act),
      anEvent('Signed Up'),
      { ledger: NO_ENTRIES, taken: 0, state: 'running' },
      surroundingsAt(START, known),
    );
    expect(entry).toMatchObject({ entered: true });
    expect(entry).not.toHaveProperty('instance.unexposed');
  });
});

import { describe, expect, it } from '@jest/globals';
import { compileJourney } from './compile-journey.js';
import { decide, type Decision, type Input } from './decide.js';
import type { Instance } from './instance.js';
import { aJourney, Play, surroundingsAt } from './testing/play.js';
import { journeySchema } from '@waymark/contracts';

const END = { kind: 'exit' };
const rest = (step: object = { for: 'P2D' }): object => ({ kind: 'wait', next: 'end', ...step });
const tell = { kind: 'act', channel: 'mail', template: 'hello', next: 'end' };
const listen = (after: string): object => ({
  kind: 'await',
  any: [{ id: 'bought', event: 'Bought', next: 'end' }],
  timeout: { after, next: 'end' },
});

function after(play: Play, now: string, input: Input, journey = play.journey): Decision {
  return decide(journey, play.instance, input, surroundingsAt(now));
}

const dueAt = ({ instance }: Decision): string | undefined =>
  instance.timers.step === undefined ? undefined : new Date(instance.timers.step).toISOString();

describe('R28: a stop', () => {
  it('ends whoever is inside, and takes back what was asked for', () => {
    const { instance, effects } = after(new Play(aJourney({ steps: { tell, end: END } })), '2026-05-06T11:00:00Z', {
      type: 'end',
      reason: 'STOPPED',
    });
    expect(instance).toMatchObject({ status: 'ended', reason: 'STOPPED', timers: {} });
    expect(effects).toMatchObject([{ interaction: { type: 'cancel' } }]);
  });

  it('is nothing to whoever is out already', () => {
    const play = new Play(aJourney({ steps: { end: END } }));
    expect(after(play, '2026-05-06T11:00:00Z', { type: 'end', reason: 'STOPPED' })).toMatchObject({
      changed: false,
      effects: [],
    });
  });
});

describe('R26: clocks that stood still', () => {
  const stood = {
    type: 'thaw',
    from: Date.parse('2026-05-07T00:00:00Z'),
    to: Date.parse('2026-05-10T00:00:00Z'),
  } as const;
  const NOW = '2026-05-10T00:00:00Z';

  it.each([
    ['a wait for a duration', rest(), '2026-05-11T10:00:00.000Z'],
    ['a wait for a duration and a time of day', rest({ for: 'P2D', at: '18:00' }), '2026-05-11T18:00:00.000Z'],
    ['an await with a timeout', listen('P2D'), '2026-05-11T10:00:00.000Z'],
    [
      'a wait until an instant, which does not move',
      rest({ until: '2026-05-20T00:00:00Z' }),
      '2026-05-20T00:00:00.000Z',
    ],
  ])('put off %s', (_, step, until) => {
    const thawed = after(new Play(aJourney({ steps: { step, end: END } })), NOW, stood);
    expect(dueAt(thawed)).toBe(until);
    expect(thawed.trace.map(({ what }) => what)).not.toContain('ended');
  });

  it('put off a wait once and for all: what an event recomputes is put off too', () => {
    const play = new Play(aJourney({ steps: { rest: rest(), end: END } }));
    const { instance } = after(play, NOW, stood);
    const event = { ...surroundingsAt(NOW) };
    const next = decide(play.journey, instance, { type: 'timer' }, event);
    expect(next.instance.timers.step).toBe(Date.parse('2026-05-11T10:00:00Z'));
    const twice = decide(
      play.journey,
      instance,
      { ...stood, from: Date.parse(NOW), to: Date.parse('2026-05-11T00:00:00Z') },
      event,
    );
    expect(dueAt(twice)).toBe('2026-05-12T10:00:00.000Z');
  });

  it('go on at once where a moment that does not move has passed meanwhile', () => {
    const play = new Play(aJourney({ steps: { rest: rest({ until: '2026-05-08T00:00:00Z' }), end: END } }));
    expect(after(play, NOW, stood).instance.status).toBe('ended');
  });

  it('put off the lifetime, and count from the entry for who came while they stood', () => {
    const journey = aJourney({ steps: { rest: rest(), end: END }, policy: { maxLifetime: 'P30D' } });
    const lifetimeOf = ({ instance }: Decision): string => new Date(instance.timers.lifetime!).toISOString();
    expect(lifetimeOf(after(new Play(journey), NOW, stood))).toBe('2026-06-08T10:00:00.000Z');
    const late = after(new Play(journey, { now: '2026-05-09T00:00:00Z' }), NOW, stood);
    expect([lifetimeOf(late), dueAt(late)]).toEqual(['2026-06-09T00:00:00.000Z', '2026-05-12T00:00:00.000Z']);
  });

  it('start anew with the next step', () => {
    const play = new Play(aJourney({ steps: { rest: rest(), then: rest({ for: 'PT1H' }), end: END } }));
    const { instance } = after(play, NOW, stood);
    expect(instance.frozenMs).toBe(3 * 86_400_000);
    const moved = decide(play.journey, instance, { type: 'timer' }, surroundingsAt('2026-05-11T10:00:00Z'));
    expect(moved.instance.status).toBe('ended');
    expect(moved.instance).not.toHaveProperty('frozenMs');
  });
});

describe('R22: a migration', () => {
  const NOW = '2026-05-07T22:00:00Z';
  const version = (steps: Record<string, object>, of: object = {}) =>
    compileJourney(
      journeySchema.parse({
        kind: 'journey',
        id: 'welcome',
        entry: { event: 'Signed Up' },
        start: Object.keys(steps)[0],
        steps,
        ...of,
      }),
      'v2',
    );
  const move = (play: Play, to: ReturnType<typeof version>, map: Record<string, string>, now = NOW): Decision =>
    after(play, now, { type: 'migrate', map, fromKind: play.journey.steps.get(play.instance.step)!.kind }, to);
  const inside = (step: object): Play => new Play(aJourney({ steps: { settle: step, end: END } }));
  const shorter = version({ settle: rest({ for: 'P1D' }), end: END });

  it('counts a wait from where it began: a shorter one that has passed moves now', () => {
    const moved = move(inside(rest()), shorter, { settle: 'settle' });
    expect(moved.instance).toMatchObject({ version: 'v2', status: 'ended', reason: 'finished' });
    expect(moved.trace.map(({ what }) => what)).toEqual(['migrated', 'arrived', 'ended']);
    const early = move(inside(rest()), shorter, { settle: 'settle' }, '2026-05-06T20:00:00Z');
    expect(early.instance).toMatchObject({ version: 'v2', step: 'settle', stepEnteredAt: '2026-05-06T10:00:00.000Z' });
    expect(dueAt(early)).toBe('2026-05-07T10:00:00.000Z');
  });

  it('keeps what a step of the same kind has, under its new name', () => {
    const to = version({ pause: rest({ for: 'P3D' }), end: END });
    const { instance } = move(inside(rest()), to, { settle: 'pause' });
    expect(instance).toMatchObject({ step: 'pause', visits: { settle: 1, pause: 1 }, visitsTotal: 1 });
    expect(instance.steps['pause']).toEqual(instance.steps['settle']);
  });

  it('still waits for the message that was asked for', () => {
    const to = version({ say: { ...tell, channel: 'sms' }, end: END });
    const play = inside(tell);
    const asked = play.instance.pending;
    const moved = move(play, to, { settle: 'say' });
    expect(moved).toMatchObject({ instance: { step: 'say', pending: asked }, effects: [] });
  });

  it('arrives at a step of another kind, and takes back what the old one had asked for', () => {
    const to = version({ listen: listen('PT1H'), end: END });
    const moved = move(inside(tell), to, { settle: 'listen' });
    expect(moved.instance).toMatchObject({ step: 'listen', stepEnteredAt: '2026-05-07T22:00:00.000Z' });
    expect(moved.instance.pending).toBeUndefined();
    expect(moved.effects).toMatchObject([{ interaction: { type: 'cancel' } }]);
    expect(dueAt(moved)).toBe('2026-05-07T23:00:00.000Z');
  });

  it.each([
    ['exit', { settle: 'exit' }, { status: 'ended', reason: 'MIGRATED', version: 'v1' }],
    ['stay', { settle: 'stay' }, { status: 'active', version: 'v1' }],
    ['what the map says nothing of', {}, { status: 'active', version: 'v1' }],
  ])('%s', (_, map, expected) => {
    expect(move(inside(rest()), shorter, map as Record<string, string>).instance).toMatchObject(expected);
  });

  it('is done once: who is in the version has nothing to move', () => {
    const early = move(inside(rest()), shorter, { settle: 'settle' }, '2026-05-06T20:00:00Z');
    const again = decide(
      shorter,
      early.instance,
      { type: 'migrate', map: { settle: 'settle' }, fromKind: 'wait' },
      surroundingsAt(NOW),
    );
    expect(again).toMatchObject({ changed: false, trace: [], effects: [] });
  });

  it('opens the conversion window of the new version, from the entry on', () => {
    const to = version({ settle: rest(), end: END }, { goal: { event: 'Bought', window: 'P7D' } });
    const { instance } = move(inside(rest()), to, { settle: 'settle' });
    expect(instance.timers.conversion).toBe(Date.parse('2026-05-13T10:00:00Z'));
    const over = version({ settle: rest(), end: END }, { goal: { event: 'Bought', window: 'P1D' } });
    expect(move(inside(rest()), over, { settle: 'settle' }).instance.timers).not.toHaveProperty('conversion');
  });
});

it('an instance is left as it is by what concerns it not', () => {
  const { instance }: { instance: Instance } = new Play(aJourney({ steps: { end: END } }));
  const inputs: Input[] = [
    { type: 'end', reason: 'STOPPED' },
    { type: 'thaw', from: 0, to: 1 },
    { type: 'migrate', map: {}, fromKind: 'exit' },
  ];
  for (const input of inputs)
    expect(
      decide(aJourney({ steps: { end: END } }), instance, input, surroundingsAt('2026-05-07T00:00:00Z')).instance,
    ).toEqual(instance);
});

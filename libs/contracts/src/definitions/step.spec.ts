import { describe, expect, it } from '@jest/globals';
import { stepSchema, type StepKind } from './step.js';
import { stepIdSchema } from './steps/step-parts.js';

/** The least that makes a step of each kind. */
const STEPS: Record<StepKind, object> = {
  wait: { kind: 'wait', for: 'P1D', next: 'a' },
  await: { kind: 'await', any: [{ id: 'paid', event: 'Order Completed', next: 'a' }] },
  branch: { kind: 'branch', when: [{ id: 'vip', if: 'true', next: 'a' }], default: 'b' },
  split: {
    kind: 'split',
    seed: 's',
    variants: [
      { id: 'x', weight: 1, next: 'a' },
      { id: 'y', weight: 2.5, next: 'b' },
    ],
  },
  act: { kind: 'act', channel: 'mail', template: 'hello', next: 'a' },
  decide: { kind: 'decide', slot: 'hero', offers: {}, next: 'a' },
  update: { kind: 'update', next: 'a' },
  call: { kind: 'call', journey: 'other', next: 'done' },
  goal: { kind: 'goal' },
  exit: { kind: 'exit' },
};
const step = (kind: StepKind, over: object = {}): object => ({ ...STEPS[kind], ...over });
const isStep = (value: unknown): boolean => stepSchema.safeParse(value).success;

describe('a step', () => {
  it.each(Object.keys(STEPS) as StepKind[])('%s may be as short as this', (kind) => {
    expect(stepSchema.parse(STEPS[kind])).toMatchObject(STEPS[kind]);
  });

  it.each(Object.keys(STEPS) as StepKind[])('%s may be described, and has no other keys', (kind) => {
    const described = step(kind, { stage: 'Onboarding', touchpoint: 'Mail', job: 'get started' });
    expect(stepSchema.parse(described)).toMatchObject(described);
    expect(isStep(step(kind, { nxt: 'a' }))).toBe(false);
  });

  it.each(['loop', 'Wait', '', undefined])('is of no kind %j', (kind) => {
    expect(isStep({ kind, next: 'a' })).toBe(false);
  });

  it.each<StepKind>(['wait', 'act', 'decide', 'update'])('%s leads on', (kind) => {
    expect(isStep(step(kind, { next: undefined }))).toBe(false);
  });
});

describe('the id of a step', () => {
  it.each(['stay', 'exit'])('is not %s, which migrations need (R22)', (id) => {
    expect(stepIdSchema.safeParse(id).error?.issues[0]?.message).toBe('stay and exit are not step ids');
    expect(isStep(step('wait', { next: id }))).toBe(false);
  });

  it.each(['stay-home', 'exits', 'goal', 'wait', 'next'])('may be %s', (id) => {
    expect(stepIdSchema.parse(id)).toBe(id);
  });
});

describe('a wait', () => {
  it('goes on when its target is past, unless it says otherwise (R9)', () => {
    expect(stepSchema.parse(step('wait'))).toMatchObject({ whenPast: 'continueNow' });
    expect(isStep(step('wait', { whenPast: 'nextOccurrence' }))).toBe(true);
    expect(isStep(step('wait', { whenPast: 'skip' }))).toBe(false);
  });

  it.each<[unknown, boolean]>([
    ['2026-05-04T08:00:00+02:00', true],
    ['2026-05-04', false],
    [{ trait: 'birthday' }, true],
    [{ trait: 'birthday', offset: 'P1D' }, true],
    [{ trait: 'birthday', offset: '-P3D' }, true],
    [{ trait: 'birthday', offset: '--P3D' }, false],
    [{ trait: 'birthday', offset: '3 days' }, false],
    [{ trait: 'birthday', offset: '-' }, false],
    [{ offset: 'P1D' }, false],
  ])('until %j: %j', (until, valid) => {
    expect(isStep({ kind: 'wait', until, next: 'a' })).toBe(valid);
  });

  it('may be for a time of day and weekdays, of which there is at least one', () => {
    expect(isStep({ kind: 'wait', at: '09:00', weekdays: ['mon', 'fri'], zone: 'Europe/Paris', next: 'a' })).toBe(true);
    expect(isStep({ kind: 'wait', at: '09:00', weekdays: [], next: 'a' })).toBe(false);
    expect(isStep({ kind: 'wait', at: '09:00', weekdays: ['Monday'], next: 'a' })).toBe(false);
  });
});

describe('an await', () => {
  it.each<[string, object, boolean]>([
    ['an event', { id: 'x', event: 'Paid', next: 'a' }, true],
    ['an event that matches (R7)', { id: 'x', event: 'Paid', where: 'true', next: 'a' }, true],
    ['a condition (R8)', { id: 'x', if: 'true', next: 'a' }, true],
    ['nothing', { id: 'x', next: 'a' }, false],
    ['an event or a condition in one', { id: 'x', event: 'Paid', if: 'true', next: 'a' }, false],
    ['an event without an id', { event: 'Paid', next: 'a' }, false],
    ['an event that leads nowhere', { id: 'x', event: 'Paid' }, false],
  ])('may be for %s: %j', (_, option, valid) => {
    expect(isStep(step('await', { any: [option] }))).toBe(valid);
  });

  it('is for something', () => {
    expect(isStep(step('await', { any: [] }))).toBe(false);
  });
});

describe('a branch and a split', () => {
  it('a branch has a default (R13)', () => {
    expect(isStep(step('branch', { default: undefined }))).toBe(false);
    expect(isStep(step('branch', { when: [] }))).toBe(false);
  });

  it.each([0, -1, Infinity, '1'])('a variant has no weight %j', (weight) => {
    const variants = [
      { id: 'x', weight, next: 'a' },
      { id: 'y', weight: 1, next: 'b' },
    ];
    expect(isStep(step('split', { variants }))).toBe(false);
  });

  it('a split has two variants or more, and a seed', () => {
    expect(isStep(step('split', { variants: [{ id: 'x', weight: 1, next: 'a' }] }))).toBe(false);
    expect(isStep(step('split', { seed: '' }))).toBe(false);
  });
});

describe('an act and a decide', () => {
  it.each<StepKind>(['act', 'decide'])('%s may be treated otherwise than its journey', (kind) => {
    const treated = step(kind, {
      class: 'legal',
      categories: ['news'],
      priority: 7,
      ttl: 'P2D',
      suppressed: 'b',
      failed: 'c',
    });
    expect(stepSchema.parse(treated)).toEqual(treated);
    expect(isStep(step(kind, { class: 'spam' }))).toBe(false);
  });

  it('only a decide may find nothing', () => {
    expect([isStep(step('decide', { none: 'b' })), isStep(step('act', { none: 'b' }))]).toEqual([true, false]);
  });

  it.each<[object, boolean]>([
    [{ top: 1 }, true],
    [{ top: 10 }, true],
    [{ top: 0 }, false],
    [{ top: 11 }, false],
    [{ top: 1.5 }, false],
    [{ explore: 0 }, true],
    [{ explore: 1 }, true],
    [{ explore: -0.1 }, false],
    [{ explore: 1.1 }, false],
    [{ offers: { ids: ['a'], categories: ['b'] } }, true],
    [{ offers: { ids: [] } }, false],
    [{ offers: { categories: [] } }, false],
    [{ offers: { tags: ['a'] } }, false],
  ])('a decide with %j: %j', (over, valid) => {
    expect(isStep(step('decide', over))).toBe(valid);
  });
});

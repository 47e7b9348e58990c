import { describe, expect, it } from '@jest/globals';
import type { ActionId, InstanceId } from '@waymark/contracts';
import { compileJourney, type Instance } from '@waymark/journey-engine';
import type { Delivery, InstanceRow } from '@waymark/ports';
import { ADA, aJourney, anEvent, HOUR, mail, MINUTE, NOW, START } from '../testing/samples.js';
import { RULES, type Facts, type InstanceReason } from './rules.js';

const DAY = 24 * HOUR;
const iso = (moment: number): string => new Date(moment).toISOString();
const JOURNEY = compileJourney(
  aJourney({
    start: 'mail',
    steps: {
      mail: { ...mail, next: 'offer' },
      offer: { kind: 'decide', slot: 'next', offers: { ids: ['refill'] }, next: 'rest' },
      rest: { kind: 'wait', for: 'PT1H', next: 'listen' },
      listen: { kind: 'await', any: [{ id: 'back', event: 'Cart Seen', next: 'other' }] },
      other: { kind: 'call', journey: 'shared', wait: true, next: 'which' },
      which: { kind: 'branch', when: [{ id: 'big', if: 'true', next: 'done' }], default: 'done' },
      done: { kind: 'exit' },
    },
  }),
  'v1',
);
const SEEN = anEvent('Cart Left') as unknown as Instance['entry'];
const pending = { actionId: 'act-1' as ActionId, visit: 1 };
const called = { instanceId: 'other-1' as InstanceId };

function anInstance(over: Partial<Instance> = {}): Instance {
  return {
    id: 'i' as InstanceId,
    journeyId: 'cart',
    version: 'v1',
    customerId: ADA,
    correlationKey: '',
    ordinal: 1,
    status: 'active',
    step: 'rest',
    enteredAt: START,
    stepEnteredAt: START,
    visits: {},
    visitsTotal: 1,
    entry: SEEN,
    event: SEEN,
    steps: {},
    timers: { step: NOW + HOUR, lifetime: NOW + 365 * DAY },
    ...over,
  };
}
const lifetime = { lifetime: NOW + 365 * DAY };
const ended = (over: Partial<Instance> = {}): Instance =>
  anInstance({ status: 'ended', endedAt: START, timers: {}, ...over });

function aRow(instance: Instance, over: Partial<InstanceRow> = {}): InstanceRow {
  const active = instance.status === 'active';
  const { step, timers } = instance;
  const due = Object.values(timers);
  return {
    instance,
    columns: { step, active, dueAt: due.length === 0 ? undefined : Math.min(...due) },
    ledger: { entries: 1, active: active ? 1 : 0 },
    alike: { active: active ? 1 : 0, newestOrdinal: 1 },
    ...over,
  };
}

const facts = (over: Partial<Facts> = {}): Facts => ({
  now: NOW,
  journey: JOURNEY,
  isFrozen: false,
  delivery: undefined,
  holdMs: 7 * DAY,
  ...over,
});
const broken = (row: InstanceRow, over: Partial<Facts> = {}): InstanceReason[] =>
  (Object.keys(RULES) as InstanceReason[]).filter((reason) => RULES[reason](row, facts(over)) !== undefined);
const says = (reason: InstanceReason, row: InstanceRow, over: Partial<Facts> = {}): string | undefined =>
  RULES[reason](row, facts(over));
const delivered = (over: Partial<Delivery>): Delivery => ({ state: 'sent', ...over }) as Delivery;

describe('what is as it should be', () => {
  it.each<[string, Instance]>([
    ['a wait', anInstance()],
    ['a message asked for', anInstance({ step: 'mail', pending, timers: lifetime })],
    ['a decision asked for', anInstance({ step: 'offer', pending, timers: lifetime })],
    ['an await that its lifetime ends', anInstance({ step: 'listen', timers: lifetime })],
    ['ended', ended()],
    ['ended with an open conversion window', ended({ timers: { conversion: NOW + DAY } })],
    ['ended, its version not kept', ended({ version: 'gone' })],
  ])('%s breaks no rule', (_, instance) => {
    expect(broken(aRow(instance))).toEqual([]);
  });

  it('a call that waits for an active instance breaks no rule', () => {
    const row = aRow(anInstance({ step: 'other', called, timers: lifetime }), { called: anInstance() });
    expect(broken(row)).toEqual([]);
  });
});

it('an active instance of a version that is not kept is told once, whatever else it is', () => {
  const row = aRow(anInstance({ pending, called }));
  expect(broken(row, { journey: undefined })).toEqual(['unknown-version']);
  expect(says('unknown-version', row, { journey: undefined })).toBe('its version v1 is not kept');
});

it('an active instance at a step that its version does not have is told once', () => {
  const row = aRow(anInstance({ step: 'gone' }));
  expect(broken(row)).toEqual(['unknown-step']);
  expect(says('unknown-step', row)).toBe('it is at the step "gone", which version v1 does not have');
});

describe('a timer', () => {
  const row = aRow(anInstance());
  it.each([
    ['is not overdue for a minute', HOUR + MINUTE, false, []],
    ['is overdue after it', HOUR + MINUTE + 1, false, ['overdue']],
    ['that stands still is not', 9 * DAY, true, []],
  ])('%s', (_, after, isFrozen, expected) => {
    expect(broken(row, { now: NOW + after, isFrozen })).toEqual(expected);
  });

  it('of a conversion window falls due as well', () => {
    const row = aRow(ended({ timers: { conversion: NOW } }));
    expect(says('overdue', row, { now: NOW + HOUR })).toBe(`something was due at ${START} and has not happened`);
  });
});

it.each<[string, Partial<Instance>]>([
  ['an act that has asked for nothing', { step: 'mail', timers: lifetime }],
  ['a decide that has asked for nothing', { step: 'offer', timers: lifetime }],
  ['a wait without its timer', { timers: lifetime }],
  ['an await that nothing ends', { step: 'listen', timers: {} }],
  ['a call that has called nobody', { step: 'other', timers: lifetime }],
  ['a step that keeps nobody', { step: 'which', timers: lifetime }],
])('stuck: %s', (_, over) => {
  const instance = anInstance(over);
  expect(broken(aRow(instance))).toEqual(['stuck']);
  expect(says('stuck', aRow(instance))).toContain(`"${instance.step}" and waits for nothing`);
});

describe('a message asked for', () => {
  const row = aRow(anInstance({ step: 'mail', pending, timers: lifetime }));
  it.each<[string, number, Delivery | undefined, InstanceReason[]]>([
    [
      'is unanswered when it is settled and the news never came',
      11 * MINUTE,
      delivered({ settledAt: NOW }),
      ['unanswered'],
    ],
    ['is not while the news may be on its way', 10 * MINUTE, delivered({ settledAt: NOW }), []],
    ['is not while it waits to be handed over', 90 * DAY, delivered({ state: 'queued' }), []],
    ['that nobody has heard of is not for as long as it may take', 14 * DAY, undefined, []],
    ['that nobody has heard of is after it', 14 * DAY + 1, undefined, ['unanswered']],
  ])('%s', (_, after, delivery, expected) => {
    expect(broken(row, { now: NOW + after, delivery })).toEqual(expected);
  });

  it('says what is known of it', () => {
    const settled = { now: NOW + HOUR, delivery: delivered({ settledAt: NOW }) };
    expect(says('unanswered', row, settled)).toBe(
      `the message act-1 of the step "mail" is sent since ${START}, and its outcome never came`,
    );
    expect(says('unanswered', row, { now: NOW + 90 * DAY })).toBe(
      `the message act-1 of the step "mail", asked for at ${START}, has never been heard of`,
    );
  });
});

describe('a call', () => {
  const at = (over: Partial<InstanceRow>): InstanceRow =>
    aRow(anInstance({ step: 'other', called, timers: lifetime }), over);
  const other = (endedAt: number): Instance => ended({ id: 'other-1' as InstanceId, endedAt: iso(endedAt) });

  it('is lost when there is no such instance', () => {
    expect(broken(at({}))).toEqual(['lost-call']);
    expect(says('lost-call', at({}))).toBe('it waits for the instance other-1, which does not exist');
  });

  it('is lost when it has ended and the news never came', () => {
    expect(broken(at({ called: other(NOW - 10 * MINUTE) }))).toEqual([]);
    expect(broken(at({ called: other(NOW - 10 * MINUTE - 1) }))).toEqual(['lost-call']);
  });
});

it.each<[string, Instance, string]>([
  ['a message after the end', ended({ pending }), 'it is ended and still holds a message asked for'],
  ['a call after the end', ended({ called }), 'it is ended and still holds a call'],
  [
    'timers after the end',
    ended({ timers: { step: NOW, lifetime: NOW } }),
    "it is ended and still holds a step's timer, its lifetime",
  ],
  ['a message elsewhere', anInstance({ pending }), 'it is at the wait "rest" and still holds a message asked for'],
])('left over: %s', (_, instance, detail) => {
  expect(broken(aRow(instance))).toEqual(['left-over']);
  expect(says('left-over', aRow(instance))).toBe(detail);
});

it('a message left over at another step is told as that only', () => {
  const row = aRow(anInstance({ pending, timers: { step: NOW + 91 * DAY, lifetime: NOW + 365 * DAY } }));
  expect(broken(row, { now: NOW + 90 * DAY })).toEqual(['left-over']);
});

it('a call left over at another step is told as that only', () => {
  expect(broken(aRow(anInstance({ called })))).toEqual(['left-over']);
});

it('columns that do not repeat the instance are named, with what they should be', () => {
  const row = aRow(anInstance(), { columns: { step: 'mail', active: false, dueAt: 7 } });
  expect(broken(row)).toEqual(['columns']);
  expect(says('columns', row)).toBe(
    `step is mail and should be rest, active is false and should be true, due_at is 7 and should be ${NOW + HOUR}`,
  );
});

describe('the ledger', () => {
  it.each<[string, Partial<InstanceRow>, InstanceReason[]]>([
    ['that counts another number is wrong', { ledger: { entries: 1, active: 2 } }, ['ledger']],
    ['that is missing is wrong', { ledger: undefined }, ['ledger']],
    [
      'counts all instances of a key',
      { ledger: { entries: 2, active: 2 }, alike: { active: 2, newestOrdinal: 1 } },
      [],
    ],
    ['is told of by the newest instance only', { ledger: undefined, alike: { active: 1, newestOrdinal: 2 } }, []],
  ])('%s', (_, over, expected) => {
    expect(broken(aRow(anInstance(), over))).toEqual(expected);
  });

  it('says both numbers', () => {
    const row = aRow(anInstance(), { ledger: { entries: 3, active: 2 } });
    expect(says('ledger', row)).toBe('the ledger says that 2 are active, and 1 are');
  });
});

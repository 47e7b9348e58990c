import { describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, type CustomerEvent, type JsonObject } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import { capSince, correlationKey, enter, NO_ENTRIES, type Entry, type EntryLedger } from './enter.js';
import { aCustomer, aJourney, anEvent, START, surroundingsAt } from './testing/play.js';

const STEPS = {
  tell: { kind: 'act', channel: 'mail', template: 'hello', next: 'text' },
  text: { kind: 'act', channel: 'sms', template: 'hello', next: 'end' },
  end: { kind: 'exit' },
};
const EVENT = anEvent('Signed Up', { plan: 'gold', order: 'o-1' });

const journey = (entry: object = {}, of: object = {}): ReturnType<typeof aJourney> =>
  aJourney({ entry: { event: 'Signed Up', ...entry }, steps: STEPS, ...of });

function tryEntry(
  of: ReturnType<typeof aJourney>,
  {
    ledger = NO_ENTRIES,
    taken = 0,
    context = aCustomer(),
    event = EVENT,
    now = START,
  }: Partial<{
    ledger: EntryLedger;
    taken: number;
    context: CustomerContext;
    event: typeof EVENT;
    now: string;
  }> = {},
): Entry {
  return enter(of, event, { ledger, taken, state: 'running' }, surroundingsAt(now, { context }));
}

const refusal = (entry: Entry): string | undefined => (entry.entered ? undefined : entry.reason);

describe('an entry', () => {
  it('R1: begins an instance named by journey, customer, key and ordinal', () => {
    const entry = tryEntry(journey({ correlate: 'event.properties.order' }));
    expect(entry).toMatchObject({
      entered: true,
      changed: true,
      instance: {
        id: 'instance/welcome/ada/o-1/1',
        journeyId: 'welcome',
        version: 'v1',
        customerId: 'ada',
        correlationKey: 'o-1',
        ordinal: 1,
        status: 'active',
        step: 'tell',
        enteredAt: START,
        stepEnteredAt: START,
        visits: { tell: 1 },
        visitsTotal: 1,
        entry: { name: 'Signed Up', properties: EVENT.properties },
        event: { name: 'Signed Up' },
      },
    });
    expect(entry.trace.map(({ what }) => what)).toEqual(['entered', 'arrived', 'requested']);
  });

  it('R1: the ordinal counts entries, so that every instance has another id', () => {
    const entry = tryEntry(journey({ reentry: { afterExit: {} } }), { ledger: { entries: 4, active: 0 } });
    expect(entry).toMatchObject({ instance: { ordinal: 5, id: 'instance/welcome/ada//5' } });
  });

  it.each([
    ['a year, where it names none', {}, '2027-05-06T10:00:00Z'],
    ['what it names', { maxLifetime: 'P30D' }, '2026-06-05T10:00:00Z'],
  ])('may live for %s', (_, policy, until) => {
    expect(tryEntry(journey({}, { policy }))).toMatchObject({ instance: { timers: { lifetime: Date.parse(until) } } });
  });

  it('R18: its conversion window begins at entry', () => {
    const entry = tryEntry(journey({}, { goal: { event: 'Bought', window: 'PT2H' } }));
    expect(entry).toMatchObject({ instance: { timers: { conversion: Date.parse('2026-05-06T12:00:00Z') } } });
    expect(tryEntry(journey({}, { goal: { event: 'Bought' } }))).not.toHaveProperty('instance.timers.conversion');
  });

  it('R17: the entering event is not tested against goal and exits of the instance it makes', () => {
    const of = { goal: { event: 'Signed Up' }, exits: [{ id: 'gone', event: 'Signed Up' }] };
    expect(tryEntry(journey({}, of))).toMatchObject({ instance: { status: 'active' } });
  });

  it('may end at once', () => {
    const entry = tryEntry(aJourney({ steps: { end: { kind: 'exit', reason: 'nothing-to-do' } } }));
    expect(entry).toMatchObject({ entered: true, instance: { status: 'ended', reason: 'nothing-to-do', timers: {} } });
  });

  it('is by the event that the journey names', () => {
    expect(journey().entry.knocks(EVENT)).toBe(true);
    expect(journey().entry.knocks(anEvent('Signed Out'))).toBe(false);
  });
});

it('R2: days of the interval are those of her own calendar', () => {
  const daily = journey({ reentry: { afterExit: { minInterval: 'P1D', from: 'entry' } } });
  const ledger = { entries: 1, active: 0, lastEntryAt: '2026-03-28T11:00:00Z', lastExitAt: '2026-03-28T12:00:00Z' };
  const inParis = aCustomer({ traits: { timezone: 'Europe/Paris' } });
  const at = (now: string, context = aCustomer()) => tryEntry(daily, { ledger, now, context }).entered;
  expect([at('2026-03-29T10:00:00Z', inParis), at('2026-03-29T10:00:00Z')]).toEqual([true, false]);
});

describe('R5: an entry cap', () => {
  const capped = journey({ cap: { limit: 2, window: 'PT1H' } });

  it('lets in as long as there are places, and then says how many there were', () => {
    expect(tryEntry(capped, { taken: 1 }).entered).toBe(true);
    const full = tryEntry(capped, { taken: 2 });
    expect(full).toMatchObject({ reason: 'ENTRY_CAP', trace: [{ detail: '2 of 2 have entered within the window' }] });
  });

  it('is the last gate: who is kept out by another one takes no place', () => {
    expect(refusal(tryEntry(capped, { taken: 2, ledger: { entries: 1, active: 1 } }))).toBe('ALREADY_ACTIVE');
  });

  it('counts from the beginning of its window, in exact hours', () => {
    expect(capSince(capped, Date.parse(START))).toBe(Date.parse('2026-05-06T09:00:00Z'));
    expect(capSince(journey(), Date.parse(START))).toBeUndefined();
  });
});

describe('a knock', () => {
  const own = (name: string, properties: object): CustomerEvent =>
    anEvent(name, properties as JsonObject, { source: OWN_SOURCE });
  const by = (entry: object): ReturnType<typeof aJourney> => aJourney({ entry, steps: STEPS });

  it.each([
    ['a segment entered', { segment: { id: 'vip', on: 'entered' } }, own('Segment Entered', { segmentId: 'vip' })],
    ['a segment left', { segment: { id: 'vip', on: 'left' } }, own('Segment Left', { segmentId: 'vip' })],
    [
      'a schedule',
      { schedule: { cron: '0 9 * * 1', zone: 'UTC', segment: 'vip' } },
      own('Schedule Due', { journeyId: 'welcome', segmentId: 'vip', dueAt: START }),
    ],
    ['a request', { api: true }, own('Entry Requested', { journeyId: 'welcome', data: {} })],
  ])('by %s is heard at its own door, and from the platform alone', (_, entry, event) => {
    expect(by(entry).entry.knocks(event)).toBe(true);
    expect(by(entry).entry.knocks({ ...event, source: 'shop' as never })).toBe(false);
    expect(by(entry).entry.knocks({ ...event, properties: { segmentId: 'x', journeyId: 'x' } })).toBe(false);
    expect(by({ call: true }).entry.knocks(event)).toBe(false);
  });

  it('by a request makes its data the properties of the entry', () => {
    const event = own('Entry Requested', { journeyId: 'welcome', data: { order: 7 } });
    const entry = tryEntry(
      by({ api: true, correlate: 'event.properties.order', where: 'entry.properties.order > 6' }),
      {
        event,
      },
    );
    expect(entry).toMatchObject({ instance: { correlationKey: '7', entry: { properties: { order: 7 } } } });
  });
});

describe('R5: the gates', () => {
  const denied = aCustomer({
    consents: { mail: { marketing: 'withdrawn' }, sms: { marketing: 'denied', service: 'granted' } },
  });
  const gold = { where: 'event.properties.plan == "gold"' };
  const silver = { where: 'event.properties.plan == "silver"' };
  const without = { correlate: 'event.properties.none' };
  const once: EntryLedger = { entries: 1, active: 0, lastEntryAt: START, lastExitAt: START };

  it.each([
    ['consent before all others', { ...silver, ...without }, denied, once, 'CONSENT'],
    ['the condition before the key', { ...silver, ...without }, aCustomer(), once, 'NOT_ELIGIBLE'],
    ['the key before re-entry', { ...gold, ...without }, aCustomer(), once, 'NOT_ELIGIBLE'],
    ['re-entry last', gold, aCustomer(), once, 'REENTRY_NEVER'],
    ['all open', gold, aCustomer(), NO_ENTRIES, undefined],
  ])('are tested in their order: %s', (_, entry, context, ledger, reason) => {
    expect(refusal(tryEntry(journey(entry), { context, ledger }))).toBe(reason);
  });

  it.each([
    ['marketing', undefined, 'CONSENT'],
    ['service', { mail: { service: 'denied' }, sms: { service: 'withdrawn' } }, 'CONSENT'],
    ['service', { mail: { service: 'denied' }, sms: { marketing: 'denied' } }, undefined],
    ['marketing', { mail: { marketing: 'denied' } }, undefined],
    ['marketing', { mail: { marketing: 'denied' }, sms: { marketing: 'granted' } }, undefined],
    ['transactional', undefined, undefined],
    ['legal', undefined, undefined],
  ])('consent refuses only when every channel is denied: %s with %j', (messageClass, consents, reason) => {
    const context = aCustomer({ consents: (consents ?? denied.consents) as CustomerContext['consents'] });
    expect(refusal(tryEntry(journey({}, { policy: { class: messageClass } }), { context }))).toBe(reason);
  });

  it('consent is not asked for where personalization may choose any channel, or none is used', () => {
    const offer = { kind: 'decide', slot: 'home', offers: {}, next: 'end' };
    const deciding = aJourney({ steps: { ...STEPS, text: offer } });
    expect(refusal(tryEntry(deciding, { context: denied }))).toBeUndefined();
    expect(refusal(tryEntry(aJourney({ steps: { end: { kind: 'exit' } } }), { context: denied }))).toBeUndefined();
  });

  it('R4: the condition sees the context that it is given, and the trace keeps what it saw', () => {
    const of = journey({ where: 'customer.counters["Signed Up"] >= 1 && entry.properties.plan == "gold"' });
    const context = aCustomer({ counters: { 'Signed Up': 1 } });
    expect(tryEntry(of, { context }).trace[0]).toMatchObject({ what: 'entered', tested: { result: true } });
    const refused = tryEntry(of);
    expect(refused).toMatchObject({ entered: false, reason: 'NOT_ELIGIBLE', correlationKey: '' });
    expect(refused.trace).toEqual([
      expect.objectContaining({
        what: 'refused',
        reason: 'NOT_ELIGIBLE',
        tested: expect.objectContaining({
          result: false,
          operands: [
            { path: 'customer.counters["Signed Up"]', value: 0 },
            { path: 'entry.properties.plan', value: 'gold' },
          ],
        }),
      }),
    ]);
  });
});

describe('R2, R3: re-entry', () => {
  const HOUR_AGO = '2026-05-06T09:00:00.000Z';
  const DAY_AGO = '2026-05-05T10:00:00.000Z';
  const active = (count: number): EntryLedger => ({ entries: count, active: count, lastEntryAt: DAY_AGO });
  const left = (lastEntryAt: string, lastExitAt: string): EntryLedger => ({
    entries: 1,
    active: 0,
    lastEntryAt,
    lastExitAt,
  });
  const after = (minInterval: string, from?: string): object => ({
    afterExit: { minInterval, ...(from !== undefined && { from }) },
  });
  const always = (maxConcurrent: number): object => ({ always: { maxConcurrent } });

  it.each([
    ['never, first time', 'never', NO_ENTRIES, undefined],
    ['never, while active', 'never', active(1), 'ALREADY_ACTIVE'],
    ['never, afterwards', 'never', left(DAY_AGO, DAY_AGO), 'REENTRY_NEVER'],
    ['afterExit, first time', after('P1D'), NO_ENTRIES, undefined],
    ['afterExit, while active', after('PT0S'), active(1), 'ALREADY_ACTIVE'],
    ['afterExit without an interval, at once', { afterExit: {} }, left(DAY_AGO, START), undefined],
    ['afterExit, too early', after('PT1H30M'), left(DAY_AGO, HOUR_AGO), 'REENTRY_WINDOW'],
    ['afterExit, on the dot', after('PT1H'), left(DAY_AGO, HOUR_AGO), undefined],
    ['afterExit from entry, late enough', after('P1D', 'entry'), left(DAY_AGO, HOUR_AGO), undefined],
    ['afterExit from entry, too early', after('P2D', 'entry'), left(DAY_AGO, HOUR_AGO), 'REENTRY_WINDOW'],
    ['always one at a time, while active', { always: {} }, active(1), 'ALREADY_ACTIVE'],
    ['always one at a time, afterwards', { always: {} }, left(DAY_AGO, START), undefined],
    ['always two, one active', always(2), active(1), undefined],
    ['always two, two active', always(2), active(2), 'MAX_CONCURRENT'],
  ])('%s', (_, reentry, ledger, reason) => {
    expect(refusal(tryEntry(journey({ reentry }), { ledger }))).toBe(reason);
  });

  it.each([
    ['never', 'never', true],
    ['afterExit', after('PT0S'), true],
    ['always', always(1), undefined],
    ['always two', always(2), undefined],
  ])('R1: %s says whether the instance is exclusive', (_, reentry, exclusive) => {
    const entry = tryEntry(journey({ reentry }));
    expect(entry.entered && entry.instance.exclusive).toBe(exclusive);
  });

  it('a refusal says when she may come back', () => {
    const entry = tryEntry(journey({ reentry: after('P1D') }), { ledger: left(DAY_AGO, HOUR_AGO) });
    expect(entry.trace).toEqual([
      { at: START, what: 'refused', reason: 'REENTRY_WINDOW', detail: 'not before 2026-05-07T09:00:00.000Z' },
    ]);
  });
});

describe('R1: correlation', () => {
  it.each([
    ['a text', 'o-1', 'o-1'],
    ['a number', 17, '17'],
    ['a truth value', true, 'true'],
    ['a list', ['a', 1], '["a",1]'],
    ['the longest key', 'x'.repeat(500), 'x'.repeat(500)],
  ])('takes %s of the event', (_, order, key) => {
    const of = journey({ correlate: 'event.properties.order' });
    expect(correlationKey(of, anEvent('Signed Up', { order }), surroundingsAt(START))).toBe(key);
  });

  it.each([
    ['nothing', {}],
    ['null', { order: null }],
    ['a document instead of an id', { order: 'x'.repeat(501) }],
    ['NUL, which no database keeps', { order: 'a\u0000b' }],
  ])('an event with %s does not enter, and the refusal says what it lacks', (_, properties) => {
    const entry = tryEntry(journey({ correlate: 'event.properties.order' }), {
      event: anEvent('Signed Up', properties, { messageId: 'm1' as never }),
    });
    expect(entry).toMatchObject({ entered: false, reason: 'NOT_ELIGIBLE', correlationKey: '' });
    expect(entry.trace[0]).toMatchObject({ detail: 'the event has no value for event.properties.order' });
  });

  it('without it the key is empty', () => {
    expect(correlationKey(journey(), EVENT, surroundingsAt(START))).toBe('');
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  OWN_SOURCE,
  customerIdSchema,
  outcomeEventName,
  sourceIdSchema,
  type ChannelType,
  type InstanceId,
  type JsonObject,
  type Outcome,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from './customer-context.js';
import { foldEvent, type FoldedEvent } from './fold-event.js';

const T1 = '2026-03-01T10:00:00.000Z';
const T2 = '2026-03-02T10:00:00.000Z';
const ADA = emptyContext(customerIdSchema.parse('ada'));

function track(name: string, properties: JsonObject = {}, timestamp = T1): FoldedEvent {
  return { type: 'track', name, properties, traits: {}, timestamp };
}

function identify(traits: JsonObject): FoldedEvent {
  return { type: 'identify', name: 'Identify', properties: {}, traits, timestamp: T1 };
}

function folded(...events: FoldedEvent[]): CustomerContext {
  return events.reduce(foldEvent, ADA);
}

const outcome = (type: ChannelType, of: Outcome, properties: JsonObject = {}): FoldedEvent =>
  track(outcomeEventName(type, of), { channel: 'mail', ...properties });

describe('traits', () => {
  it('identify sets some, keeps the others, and null removes one', () => {
    const { traits, counters } = folded(identify({ name: 'Ada', city: 'Ulm' }), identify({ city: null, age: 36 }));
    expect(traits).toEqual({ name: 'Ada', age: 36 });
    expect(counters).toEqual({});
  });

  it('`Traits Updated` sets traits and adds to counters', () => {
    const event = track('Traits Updated', {
      set: { plan: 'gold', city: null },
      add: { points: 5, toString: 2, bad: 'x' },
    });
    const { traits, counters } = folded(identify({ city: 'Ulm' }), event, event);
    expect(traits).toEqual({ plan: 'gold' });
    expect(counters).toEqual({ points: 10, toString: 4, 'Traits Updated': 2 });
  });

  it.each(['__proto__', 'constructor', 'prototype'])('never takes over the key %s', (key) => {
    const bad = JSON.parse(`{"${key}": {"admin": true}, "name": "Ada"}`) as JsonObject;
    const added = JSON.parse(`{"${key}": 1}`) as JsonObject;
    const { traits, counters } = folded(identify(bad), track('Traits Updated', { set: bad, add: added }));
    expect(Object.keys(traits)).toEqual(['name']);
    expect(Object.keys(counters)).toEqual(['Traits Updated']);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('counting', () => {
  it('counts each event name and keeps the latest time, in whatever order they come', () => {
    const { counters, lastSeen } = folded(track('A', {}, T2), track('A', {}, T1), track('B', {}, T1));
    expect(counters).toEqual({ A: 2, B: 1 });
    expect(lastSeen).toEqual({ A: T2, B: T1 });
  });

  it.each(['identify', 'group', 'alias'] as const)('does not count %s calls', (type) => {
    const { counters, lastSeen } = folded({ type, name: 'X', properties: {}, traits: {}, timestamp: T1 });
    expect({ counters, lastSeen }).toEqual({ counters: {}, lastSeen: {} });
  });

  it.each(['page', 'screen'] as const)('counts %s calls', (type) => {
    const event: FoldedEvent = { type, name: 'Page Viewed', properties: {}, traits: {}, timestamp: T1 };
    expect(folded(event).counters).toEqual({ 'Page Viewed': 1 });
  });

  it.each(['toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupSetter__'])(
    'counts an event called %s like any other',
    (name) => {
      const { counters, lastSeen } = folded(track(name, {}, T1), track(name, {}, T2));
      expect(counters).toEqual({ [name]: 2 });
      expect(lastSeen).toEqual({ [name]: T2 });
    },
  );

  it.each(['__proto__', 'constructor', 'prototype'])(
    'P5: an event called %s changes nothing and stops nothing',
    (name) => {
      expect(folded(track(name))).toEqual(ADA);
    },
  );

  it.each<[Outcome, boolean]>([
    ['sent', false],
    ['delivered', false],
    ['bounced', false],
    ['complained', false],
    ['failed', false],
    ['suppressed', false],
    ['unknown', false],
    ['opened', true],
    ['clicked', true],
    ['unsubscribed', true],
  ])('the outcome %s of our own sending is a sign of life: %s', (of, isSign) => {
    const event = outcome('smtp', of);
    const { counters, lastSeen } = folded(event);
    expect(counters).toEqual({ [event.name]: 1 });
    expect(lastSeen).toEqual(isSign ? { [event.name]: T1 } : {});
  });

  it.each(['Journey Entered', 'Journey Ended', 'Stage Entered', 'Decision Made', 'Traits Updated'])(
    '%s, which the platform says of itself, moves no lastSeen',
    (name) => {
      expect(folded(track(name)).lastSeen).toEqual({});
    },
  );

  it.each(['Consent Updated', 'Agency Updated', 'Offer Accepted'])('%s, which she did, moves lastSeen', (name) => {
    expect(folded(track(name)).lastSeen).toEqual({ [name]: T1 });
  });
});

describe('orders', () => {
  it.each([
    [{ revenue: 10, value: 20, total: 30 }, 10],
    [{ value: 20, total: 30 }, 20],
    [{ total: 30 }, 30],
    [{ revenue: '10', total: 30 }, 30],
    [{}, 0],
  ])('the value of %j is %d: revenue, else value, else total', (properties, value) => {
    expect(folded(track('Order Completed', properties)).orders).toMatchObject({ count: 1, value });
  });

  it('add up, and the first and last stay right when they come out of order', () => {
    const order = (timestamp: string): FoldedEvent => track('Order Completed', { total: 5 }, timestamp);
    const expected = { count: 2, value: 10, firstAt: T1, lastAt: T2 };
    expect(folded(order(T2), order(T1)).orders).toEqual(expected);
    expect(folded(order(T1), order(T2)).orders).toEqual(expected);
  });
});

describe('consents', () => {
  const consent = (properties: JsonObject): FoldedEvent => track('Consent Updated', properties);

  it('are kept per channel and purpose, the last word counts', () => {
    const { consents } = folded(
      consent({ channel: 'mail', purpose: 'marketing', status: 'granted' }),
      consent({ channel: 'mail', purpose: 'service', status: 'denied' }),
      consent({ channel: 'sms', purpose: 'marketing', status: 'granted' }),
      consent({ channel: 'sms', purpose: 'marketing', status: 'withdrawn' }),
    );
    expect(consents).toEqual({
      mail: { marketing: 'granted', service: 'denied' },
      sms: { marketing: 'withdrawn' },
    });
  });

  it.each<JsonObject>([
    { purpose: 'marketing', status: 'granted' },
    { channel: 3, purpose: 'marketing', status: 'granted' },
    { channel: 'mail', purpose: 'fun', status: 'granted' },
    { channel: 'mail', purpose: 'marketing', status: 'maybe' },
    { channel: 'mail', purpose: 'marketing' },
    { channel: '__proto__', purpose: 'marketing', status: 'granted' },
  ])('nonsense is ignored: %j', (properties) => {
    expect(folded(consent(properties)).consents).toEqual({});
  });

  it.each<Outcome>(['unsubscribed', 'complained'])('R62: %s withdraws marketing on that channel, not service', (of) => {
    const { consents } = folded(
      consent({ channel: 'mail', purpose: 'marketing', status: 'granted' }),
      consent({ channel: 'mail', purpose: 'service', status: 'granted' }),
      consent({ channel: 'sms', purpose: 'marketing', status: 'granted' }),
      outcome('smtp', of),
    );
    expect(consents).toEqual({ mail: { marketing: 'withdrawn', service: 'granted' }, sms: { marketing: 'granted' } });
  });
});

describe('agency', () => {
  it('is kept per category, the last word counts', () => {
    const { agency } = folded(
      track('Agency Updated', { category: '*', level: 'coach' }),
      track('Agency Updated', { category: 'savings', level: 'curate' }),
      track('Agency Updated', { category: 'savings', level: 'automate' }),
    );
    expect(agency).toEqual({ '*': 'coach', savings: 'automate' });
  });

  it.each<JsonObject>([
    { level: 'coach' },
    { category: '*', level: 'boss' },
    { category: 'constructor', level: 'coach' },
    {},
  ])('nonsense is ignored: %j', (properties) => {
    expect(folded(track('Agency Updated', properties)).agency).toEqual({});
  });
});

describe('stage and journeys', () => {
  const told = (name: string, properties: JsonObject): FoldedEvent => ({
    ...track(name, properties),
    cause: { instanceId: 'i-1' as InstanceId },
  });
  const entered = (journeyId: string, stage?: string): FoldedEvent =>
    told('Journey Entered', { journeyId, ...(stage !== undefined && { stage }) });
  const ended = (journeyId: string): FoldedEvent => told('Journey Ended', { journeyId });

  it('the stage is that of the step she entered last, in whatever journey', () => {
    const events = [entered('a', 'aware'), entered('b'), told('Stage Entered', { journeyId: 'b', stage: 'decide' })];
    expect(folded(...events)).toMatchObject({
      stage: 'decide',
      journeys: { a: { active: 1, stage: 'aware' }, b: { active: 1, stage: 'decide' } },
    });
  });

  it('counts the active instances of a journey, and forgets it when none is left', () => {
    expect(folded(entered('a'), entered('a'), ended('a')).journeys).toEqual({ a: { active: 1 } });
    expect(folded(entered('a', 'aware'), ended('a'))).toMatchObject({ stage: 'aware', journeys: {} });
    expect(folded(ended('a'), entered('a')).journeys).toEqual({ a: { active: 1 } });
  });

  it('nobody but the platform can say where she is', () => {
    const { journeys, stage } = folded(track('Journey Entered', { journeyId: 'a', stage: 'aware' }));
    expect([journeys, stage]).toEqual([{}, undefined]);
  });

  it.each(['__proto__', 'constructor'])('never takes over a journey called %s', (journeyId) => {
    expect(Object.keys(folded(entered(journeyId)).journeys)).toEqual([]);
  });

  it('a journey named like what every object inherits is counted as any other', () => {
    expect(folded(entered('valueOf')).journeys).toEqual({ valueOf: { active: 1 } });
  });
});

describe('contacts', () => {
  it.each<[ChannelType, Outcome[]]>([
    ['smtp', ['sent', 'delivered', 'opened', 'clicked']],
    ['webhook', ['delivered']],
    ['inbox', ['delivered', 'opened']],
    ['log', ['delivered']],
  ])('a message by %s is one contact, whatever becomes of it: %j', (type, outcomes) => {
    expect(folded(...outcomes.map((of) => outcome(type, of))).contacts).toHaveLength(1);
  });

  it.each<Outcome>(['failed', 'suppressed', 'bounced', 'unknown', 'complained', 'unsubscribed'])(
    'the outcome %s is none',
    (of) => {
      expect(folded(outcome('smtp', of)).contacts).toEqual([]);
    },
  );

  it('says by what, as what, for which journey and when', () => {
    const event = outcome('smtp', 'sent', { class: 'service', categories: ['order', 3] });
    const { contacts } = folded({ ...event, cause: { journeyId: 'welcome' } });
    expect(contacts).toEqual([
      { channel: 'mail', class: 'service', categories: ['order'], journeyId: 'welcome', at: T1 },
    ]);
  });

  it('keeps the newest 100', () => {
    const at = (i: number): string => new Date(Date.parse(T1) + i * 1000).toISOString();
    const events = Array.from({ length: 130 }, (_, i) => ({ ...outcome('smtp', 'sent'), timestamp: at(i) }));
    const { contacts } = folded(...events);
    expect(contacts).toHaveLength(100);
    expect([contacts[0]?.at, contacts.at(-1)?.at]).toEqual([at(30), at(129)]);
  });
});

describe('names that somebody made up', () => {
  const consent = (channel: string, status: string): FoldedEvent =>
    track('Consent Updated', { channel, purpose: 'marketing', status });
  const many = Array.from({ length: 150 }, (_, i) => `made-up-${i}`);

  it('are taken up to a hundred, so that consents and agency stay within a context; known ones go on being changed', () => {
    const { consents, agency } = folded(
      consent('email', 'granted'),
      ...many.flatMap((name) => [
        consent(name, 'granted'),
        track('Agency Updated', { category: name, level: 'coach' }),
      ]),
      consent('email', 'denied'),
    );
    expect([Object.keys(consents).length, Object.keys(agency).length]).toEqual([100, 100]);
    expect(consents['email']).toEqual({ marketing: 'denied' });
  });

  it('are no longer than an id may be', () => {
    expect(folded(consent('x'.repeat(64), 'granted')).consents).toEqual({});
    expect(Object.keys(folded(consent('x'.repeat(63), 'granted')).consents)).toHaveLength(1);
  });
});

describe('absurd amounts', () => {
  it('enter no sum: an order counts with the next amount that is one, else with none', () => {
    const { orders } = folded(
      track('Order Completed', { revenue: 1.7e308 }),
      track('Order Completed', { revenue: 1.7e308, total: 5 }),
      track('Order Completed', { revenue: 7 }),
    );
    expect(orders).toMatchObject({ count: 3, value: 12 });
  });

  it('are not added to counters', () => {
    const { counters } = folded(
      track('Traits Updated', { add: { points: 1e300 } }),
      track('Traits Updated', { add: { points: 2 } }),
    );
    expect(counters['points']).toBe(2);
  });
});

describe('segments', () => {
  const said = (name: string, segmentId: string, source?: string): FoldedEvent => ({
    ...track(name, { segmentId }),
    ...(source !== undefined && { source: sourceIdSchema.parse(source) }),
  });

  it('are what the platform says she enters and leaves, sorted, and that is all it changes', () => {
    const entered = folded(said('Segment Entered', 'vip', OWN_SOURCE), said('Segment Entered', 'buyer', OWN_SOURCE));
    expect(entered).toEqual({ ...ADA, segments: ['buyer', 'vip'] });
    expect(foldEvent(entered, said('Segment Entered', 'vip', OWN_SOURCE))).toEqual(entered);
    expect(foldEvent(entered, said('Segment Left', 'vip', OWN_SOURCE))).toEqual({ ...ADA, segments: ['buyer'] });
  });

  it.each([undefined, 'shop'])('are not changed by what others send under these names (source %s)', (source) => {
    const { segments, counters } = folded(said('Segment Entered', 'vip', source));
    expect([segments, counters]).toEqual([[], { 'Segment Entered': 1 }]);
    expect(foldEvent({ ...ADA, segments: ['vip'] }, said('Segment Left', 'vip', source)).segments).toEqual(['vip']);
  });
});

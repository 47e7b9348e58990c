import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, segmentSchema } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '../customer-context.js';
import { SegmentSet, type Standing } from './segment-set.js';

const NOW = Date.parse('2026-05-04T08:00:00Z');
const DAY = 86_400_000;

function set(conditions: Readonly<Record<string, string>>): SegmentSet {
  return new SegmentSet(
    Object.entries(conditions).map(([id, condition]) => segmentSchema.parse({ kind: 'segment', id, if: condition })),
  );
}

const ada = (over: Partial<CustomerContext> = {}): CustomerContext => ({
  ...emptyContext(customerIdSchema.parse('ada')),
  version: 3,
  traits: { plan: 'pro', timezone: 'Europe/Paris' },
  ...over,
});

const iso = (ms: number): string => new Date(ms).toISOString();

function stand(condition: string, over: Partial<CustomerContext> = {}, at = NOW): { is: boolean; due?: string } {
  const { segments, dueAt }: Standing = set({ s: condition }).evaluate(ada(over), at);
  return { is: segments.includes('s'), ...(dueAt !== undefined && { due: iso(dueAt) }) };
}

describe('who is in a segment', () => {
  it('is told by conditions on the customer, sorted', () => {
    const all = set({ pro: 'customer.traits.plan == "pro"', buyer: 'customer.orders.count >= 1', all: 'true' });
    expect(all.evaluate(ada(), NOW)).toEqual({ segments: ['all', 'pro'], dueAt: undefined });
    expect(all.isEmpty).toBe(false);
    expect(set({}).isEmpty).toBe(true);
  });

  it('follows what other segments say, however they are named and however deep', () => {
    const all = set({
      a: '"b" in customer.segments',
      b: '!("c" in customer.segments)',
      c: '"d" in customer.segments && customer.traits.plan == "free"',
      d: 'true',
    });
    expect(all.evaluate(ada({ segments: ['c'] }), NOW).segments).toEqual(['a', 'b', 'd']);
    expect(all.evaluate(ada({ traits: { plan: 'free' } }), NOW).segments).toEqual(['c', 'd']);
  });

  it('is false for what is missing, and for a time zone that is none (R14)', () => {
    expect(stand('customer.traits.age > 30.0')).toEqual({ is: false });
    expect(stand('now.getHours(customer.traits.plan) >= 0').is).toBe(false);
  });

  it('is nobody of whom nothing is known', () => {
    const nobody = emptyContext(customerIdSchema.parse('x'));
    expect(set({ all: 'true' }).evaluate({ ...nobody, version: 9 }, NOW)).toEqual({ segments: [], dueAt: undefined });
    expect(set({ all: 'true' }).update(nobody, undefined, ada(), NOW).segments).toEqual(['all']);
  });
});

describe('when time alone changes it', () => {
  const ago = (ms: number): Partial<CustomerContext> => ({
    lastSeen: { Visit: iso(NOW - ms) },
    orders: { count: 1, value: 5, firstAt: iso(NOW - ms), lastAt: iso(NOW - ms) },
  });

  it.each<[condition: string, over: Partial<CustomerContext>, is: boolean, due: string | undefined]>([
    ['now - customer.orders.lastAt >= duration("720h")', ago(DAY), false, iso(NOW + 29 * DAY)],
    ['now - customer.orders.lastAt > duration("720h")', ago(DAY), false, iso(NOW + 29 * DAY + 1)],
    ['now - customer.orders.lastAt > duration("720h")', ago(31 * DAY), true, undefined],
    ['now - customer.orders.lastAt > duration("720h")', {}, false, undefined],
    ['customer.lastSeen["Visit"] < now - duration("24h")', ago(0), false, iso(NOW + DAY + 1)],
    ['customer.lastSeen.Visit + duration("24h") + duration("1h") <= now', ago(0), false, iso(NOW + DAY + 3_600_000)],
    ['duration("24h") >= now - customer.lastSeen.Visit', ago(0), true, iso(NOW + DAY + 1)],
    ['(now - customer.lastSeen.Visit).getHours() >= 720', ago(0), false, iso(NOW + 30 * DAY)],
    ['(now - customer.lastSeen.Visit).getSeconds() == 5', ago(0), false, iso(NOW + 5_000)],
    ['(now - customer.lastSeen.Visit).getSeconds() == 5', ago(5_999), true, iso(NOW + 1)],
    ['now >= timestamp("2026-06-01T00:00:00Z")', {}, false, '2026-06-01T00:00:00.000Z'],
    [
      'now > timestamp(customer.traits.until)',
      { traits: { until: '2026-05-05T00:00:00Z' } },
      false,
      '2026-05-05T00:00:00.001Z',
    ],
    ['now > timestamp(customer.traits.until)', { traits: { until: 'soon' } }, false, undefined],
    ['now.getHours() >= 9', {}, false, '2026-05-04T09:00:00.000Z'],
    ['now.getHours("Europe/Paris") < 12', {}, true, '2026-05-04T10:00:00.000Z'],
    ['now.getHours("Asia/Kolkata") == 15', {}, false, '2026-05-04T09:30:00.000Z'],
    ['now.getDayOfWeek("Europe/Paris") == 0', {}, false, '2026-05-09T22:00:00.000Z'],
    ['now.getDate() == 1 && now.getMonth() == 5', {}, false, '2026-06-01T00:00:00.000Z'],
    ['(now + duration("1h")).getMinutes() == 30', {}, false, '2026-05-04T08:30:00.000Z'],
    ['customer.traits.plan == "free" && now.getMinutes() == 30', {}, false, '2026-05-04T08:32:00.000Z'],
    ['customer.orders.count > 5 && now - customer.orders.lastAt > duration("1h")', ago(0), false, undefined],
    [
      'now - customer.lastSeen.Visit < duration("1h") ? true : now > timestamp("2027-01-01T00:00:00Z")',
      ago(0),
      true,
      iso(NOW + 3_600_000),
    ],
  ])('%s, %j', (condition, over, is, due) => {
    expect(stand(condition, over)).toEqual({ is, ...(due !== undefined && { due }) });
  });

  it('is told for each item of a list', () => {
    const contact = (ms: number): CustomerContext['contacts'][number] => ({
      channel: 'mail',
      class: 'marketing',
      categories: [],
      at: iso(NOW - ms),
    });
    const condition = 'customer.contacts.exists(c, now - c.at < duration("24h"))';
    expect(stand(condition, { contacts: [contact(3 * DAY), contact(3_600_000)] })).toEqual({
      is: true,
      due: iso(NOW + DAY - 3_600_000),
    });
    expect(stand(condition, { contacts: [contact(3 * DAY)] })).toEqual({ is: false });
  });

  it('is the earliest of all segments', () => {
    const { dueAt } = set({
      lapsed: 'now - customer.lastSeen.Visit > duration("48h")',
      resting: 'now - customer.lastSeen.Visit > duration("24h")',
      pro: 'customer.traits.plan == "pro"',
    }).evaluate(ada(ago(0)), NOW);
    expect(dueAt).toBe(NOW + DAY + 1);
  });
});

describe('an update', () => {
  const all = set({
    pro: 'customer.traits.plan == "pro"',
    lapsed: 'now - customer.lastSeen.Visit >= duration("24h")',
    lost: '"lapsed" in customer.segments && !("pro" in customer.segments)',
    regular: 'customer.counters.Visit >= 2.0',
  });

  it('finds what an evaluation finds, when the context has changed and when time has', () => {
    let context = ada({ lastSeen: { Visit: iso(NOW) } });
    let standing = all.evaluate(context, NOW);
    context = { ...context, segments: standing.segments };
    expect(standing).toEqual({ segments: ['pro'], dueAt: NOW + DAY });
    standing = all.update(context, standing.dueAt, context, NOW + DAY);
    expect(standing).toEqual({ segments: ['lapsed', 'pro'], dueAt: undefined });
    const next = { ...context, segments: standing.segments, traits: { plan: 'free' } };
    expect(all.update({ ...context, segments: standing.segments }, undefined, next, NOW + DAY)).toEqual({
      segments: ['lapsed', 'lost'],
      dueAt: undefined,
    });
  });

  it('keeps the moment that is due when nothing that a time depends on has changed', () => {
    const context = ada({ lastSeen: { Visit: iso(NOW) }, segments: ['pro'] });
    const counted = { ...context, counters: { Visit: 2 } };
    expect(all.update(context, NOW + DAY, counted, NOW + 5)).toEqual({
      segments: ['pro', 'regular'],
      dueAt: NOW + DAY,
    });
    const seen = { ...context, lastSeen: { Visit: iso(NOW + 5) } };
    expect(all.update(context, NOW + DAY, seen, NOW + 5).dueAt).toBe(NOW + 5 + DAY);
  });
});

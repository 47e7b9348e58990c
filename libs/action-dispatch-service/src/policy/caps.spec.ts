import { describe, expect, it } from '@jest/globals';
import type { CustomerId, MessageClass } from '@waymark/contracts';
import type { CountedContact } from '@waymark/ports';
import { aCustomer, anAction, aPolicy } from '../testing/samples.js';
import { caps, longestCapMs } from './caps.js';

const NOW = Date.parse('2026-05-06T10:00:00Z');
const DAY = 86_400_000;

function contact(at: number | string, over: Partial<CountedContact> = {}): CountedContact {
  return {
    customerId: 'ada' as CustomerId,
    channel: 'email',
    class: 'marketing',
    categories: ['cart'],
    journeyId: 'cart',
    at: typeof at === 'string' ? Date.parse(at) : at,
    ...over,
  };
}

function verdict(
  cap: Record<string, unknown>,
  contacts: CountedContact[],
  over: { class?: MessageClass; policy?: Record<string, unknown>; timezone?: string; now?: number } = {},
) {
  const policy = aPolicy({
    caps: [{ id: 'rule', scope: 'global', limit: 1, window: { rolling: 'P1D' }, ...cap }],
    ...over.policy,
  });
  const context = over.timezone === undefined ? aCustomer() : aCustomer({ traits: { timezone: over.timezone } });
  return caps(policy, anAction({ class: over.class ?? 'marketing' }), { context, contacts, now: over.now ?? NOW });
}

describe('caps (R34)', () => {
  it.each([
    ['nothing yet', [], 'go'],
    ['one a moment ago', [contact(NOW)], 'never'],
    ['one just inside the window', [contact(NOW - DAY + 1)], 'never'],
    ['one exactly as old as the window', [contact(NOW - DAY)], 'go'],
  ])('rolling: %s', (_, contacts, may) => {
    expect(verdict({}, contacts)).toMatchObject({ may });
  });

  it('takes a rolling day for a calendar day of her zone: 23 hours in the night that is shorter', () => {
    const before = contact('2026-03-28T11:00:00Z');
    expect(verdict({}, [before], { now: Date.parse('2026-03-29T09:59:59Z') })).toMatchObject({ may: 'never' });
    expect(verdict({}, [before], { now: Date.parse('2026-03-29T10:00:00Z') })).toMatchObject({ may: 'go' });
  });

  it.each([
    ['day', 'Europe/Paris', '2026-05-05T21:59:59Z', 'go'],
    ['day', 'Europe/Paris', '2026-05-05T22:00:00Z', 'never'],
    ['day', 'America/New_York', '2026-05-06T03:59:59Z', 'go'],
    ['day', 'America/New_York', '2026-05-06T04:00:00Z', 'never'],
    ['week', 'Europe/Paris', '2026-05-03T21:59:59Z', 'go'],
    ['week', 'Europe/Paris', '2026-05-03T22:00:00Z', 'never'],
    ['month', 'Europe/Paris', '2026-04-30T21:59:59Z', 'go'],
    ['month', 'Europe/Paris', '2026-04-30T22:00:00Z', 'never'],
  ] as const)('calendar %s in %s: a contact at %s', (calendar, timezone, at, may) => {
    expect(verdict({ window: { calendar } }, [contact(at)], { timezone })).toMatchObject({ may });
    expect(verdict({ window: { calendar, zone: timezone } }, [contact(at)], { timezone: 'Asia/Tokyo' })).toMatchObject({
      may,
    });
  });

  it('begins weeks on Monday unless the policy says otherwise', () => {
    const sunday = [contact('2026-05-03T12:00:00Z')];
    const cap = { window: { calendar: 'week' } };
    expect(verdict(cap, sunday)).toMatchObject({ may: 'go' });
    expect(verdict(cap, sunday, { policy: { weekStart: 'sun' } })).toMatchObject({ may: 'never' });
    expect(verdict(cap, sunday, { policy: { weekStart: 'thu' } })).toMatchObject({ may: 'never' });
  });

  it.each([
    ['global', contact(NOW, { channel: 'push', categories: [], journeyId: 'other' }), 'never'],
    [{ channel: 'email' }, contact(NOW), 'never'],
    [{ channel: 'email' }, contact(NOW, { channel: 'push' }), 'go'],
    [{ channel: 'push' }, contact(NOW, { channel: 'push' }), 'go'],
    [{ category: 'cart' }, contact(NOW, { categories: ['news', 'cart'] }), 'never'],
    [{ category: 'cart' }, contact(NOW, { categories: ['news'] }), 'go'],
    [{ journey: 'cart' }, contact(NOW), 'never'],
    [{ journey: 'cart' }, contact(NOW, { journeyId: undefined }), 'go'],
  ])('scope %j', (scope, before, may) => {
    expect(verdict({ scope }, [before])).toMatchObject({ may });
  });

  it.each([
    ['marketing', 'never'],
    ['service', 'go'],
    ['transactional', 'go'],
    ['legal', 'go'],
  ] as const)('class %s on a full cap: %s (R33)', (its, may) => {
    expect(verdict({}, [contact(NOW, { class: 'service' })], { class: its })).toMatchObject({ may });
  });

  it('tells of every rule: count, limit and when it resets (R36)', () => {
    const policy = aPolicy({
      caps: [
        { id: 'three-a-week', scope: 'global', limit: 3, window: { rolling: 'P7D' } },
        { id: 'one-a-day', scope: { channel: 'email' }, limit: 1, window: { calendar: 'day' } },
        { id: 'others', scope: { channel: 'push' }, limit: 1, window: { rolling: 'P1D' } },
      ],
    });
    const found = caps(policy, anAction(), {
      context: aCustomer(),
      contacts: [contact('2026-05-06T08:00:00Z')],
      now: NOW,
    });
    expect(found).toEqual({
      may: 'never',
      reason: 'CAP',
      rule: 'one-a-day',
      because:
        'three-a-week: 1 of 3, resets Wed 13 May 2026 10:00 (Europe/Paris); one-a-day: 1 of 1, resets Thu 7 May 2026 00:00 (Europe/Paris)',
    });
  });

  it('forbids everything with a limit of nothing', () => {
    expect(verdict({ limit: 0 }, [])).toMatchObject({ may: 'never', rule: 'rule' });
  });

  it('knows how far back any cap looks', () => {
    const policy = aPolicy({
      caps: [
        { id: 'a', scope: 'global', limit: 1, window: { rolling: 'P7D' } },
        { id: 'b', scope: 'global', limit: 1, window: { calendar: 'week' } },
      ],
    });
    expect(longestCapMs([])).toBe(0);
    expect(longestCapMs([policy])).toBeGreaterThanOrEqual(7 * DAY);
  });
});

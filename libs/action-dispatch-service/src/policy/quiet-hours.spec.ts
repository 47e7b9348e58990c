import { describe, expect, it } from '@jest/globals';
import { aCustomer, anAction, aPolicy } from '../testing/samples.js';
import { quietHours } from './quiet-hours.js';

const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const NIGHT = [{ days: EVERY_DAY, from: '22:00', to: '06:00' }];
const AT_ONCE = { release: { spread: 'PT0S' } };

function verdictAt(
  now: string,
  quiet: Record<string, unknown> = {},
  over: Parameters<typeof anAction>[0] = {},
  traits?: Record<string, string>,
) {
  const policy = aPolicy({ quietHours: { windows: NIGHT, ...quiet }, ...AT_ONCE });
  const context = traits ? aCustomer({ traits }) : aCustomer();
  return quietHours(policy, anAction({ requestedAt: now, ...over }), context, Date.parse(now));
}

describe('quiet hours (R29)', () => {
  it.each([
    ['noon', '2026-05-05T10:00:00Z', undefined],
    ['the last minute before', '2026-05-05T19:59:00Z', undefined],
    ['`from` is included', '2026-05-05T20:00:00Z', '2026-05-06T04:00:00Z'],
    ['after midnight, of the window of the day before', '2026-05-05T22:10:00Z', '2026-05-06T04:00:00Z'],
    ['the last millisecond', '2026-05-06T03:59:59.999Z', '2026-05-06T04:00:00Z'],
    ['`to` is not', '2026-05-06T04:00:00Z', undefined],
    ['the night that is an hour shorter (R11)', '2026-03-28T22:00:00Z', '2026-03-29T04:00:00Z'],
    ['the night that is an hour longer', '2026-10-24T21:00:00Z', '2026-10-25T05:00:00Z'],
  ])('%s', (_, now, until) => {
    const verdict = verdictAt(now);
    expect(verdict).toMatchObject(until === undefined ? { may: 'go' } : { may: 'wait', until: Date.parse(until) });
  });

  it('counts a window to the weekday on which it begins', () => {
    const windows = [{ days: ['fri'], from: '22:00', to: '06:00' }];
    expect(verdictAt('2026-05-08T20:30:00Z', { windows })).toMatchObject({ may: 'wait' });
    expect(verdictAt('2026-05-08T23:00:00Z', { windows })).toMatchObject({ may: 'wait' });
    expect(verdictAt('2026-05-09T20:30:00Z', { windows })).toMatchObject({ may: 'go' });
    expect(verdictAt('2026-05-07T23:00:00Z', { windows })).toMatchObject({ may: 'go' });
  });

  it('takes a window that ends where it begins for a whole day', () => {
    const windows = [{ days: ['sun'], from: '00:00', to: '00:00' }];
    expect(verdictAt('2026-05-10T12:00:00Z', { windows })).toMatchObject({
      may: 'wait',
      until: Date.parse('2026-05-10T22:00:00Z'),
    });
  });

  it('reads a fixed zone wherever the customer is', () => {
    expect(verdictAt('2026-05-05T20:30:00Z', { zone: 'America/New_York' })).toMatchObject({ may: 'go' });
    expect(verdictAt('2026-05-05T03:00:00Z', { zone: 'America/New_York' })).toMatchObject({
      may: 'wait',
      until: Date.parse('2026-05-05T10:00:00Z'),
    });
  });

  it.each([
    ['send', { may: 'go' }],
    ['drop', { may: 'never', reason: 'NO_ZONE', rule: 'default' }],
    [{ fixed: 'Europe/Paris' }, { may: 'wait', until: Date.parse('2026-05-05T04:00:00Z') }],
  ])('without a zone of hers: onMissingZone %j', (onMissingZone, expected) => {
    const now = '2026-05-04T21:00:00Z';
    expect(verdictAt(now, { onMissingZone }, {}, { email: 'ada@example.com' })).toMatchObject(expected);
    expect(verdictAt(now, { onMissingZone }, {}, { timezone: 'Atlantis/Capital' })).toMatchObject(expected);
  });

  it('drops what comes in closed hours if the policy says so', () => {
    expect(verdictAt('2026-05-04T21:00:00Z', { onClosed: 'drop' })).toMatchObject({
      may: 'never',
      reason: 'QUIET_HOURS',
      rule: 'default',
    });
  });

  it.each([
    ['marketing', 'wait'],
    ['service', 'wait'],
    ['transactional', 'go'],
    ['legal', 'go'],
  ] as const)('class %s: %s (R33)', (its, may) => {
    expect(verdictAt('2026-05-04T21:00:00Z', {}, { class: its })).toMatchObject({ may });
  });

  it('lets a message wait no longer than its patience, then it is too late (R32)', () => {
    const quiet = { onClosed: { queue: 'PT2H' } };
    const requested = Date.parse('2026-05-04T21:00:00Z');
    const patience = requested + 2 * 3_600_000;
    expect(verdictAt('2026-05-04T21:00:00Z', quiet)).toMatchObject({ may: 'wait', until: patience + 1 });
    const later = new Date(patience + 1).toISOString();
    expect(verdictAt(later, quiet, { requestedAt: '2026-05-04T21:00:00Z' })).toMatchObject({
      may: 'never',
      reason: 'TTL',
    });
    expect(verdictAt('2026-05-05T02:30:00Z', quiet)).toMatchObject({
      may: 'wait',
      until: Date.parse('2026-05-05T04:00:00Z'),
    });
  });

  it('spreads releases over time, each action at a moment of its own that stays the same (R32)', () => {
    const policy = aPolicy({ quietHours: { windows: NIGHT }, release: { spread: 'PT10M' } });
    const now = Date.parse('2026-05-04T21:00:00Z');
    const end = Date.parse('2026-05-05T04:00:00Z');
    const releases = Array.from({ length: 200 }, (_, i) => {
      const action = anAction({ actionId: `i${i}.remind.1` as never, requestedAt: '2026-05-04T21:00:00Z' });
      const [first, again] = [0, 1].map(() => quietHours(policy, action, aCustomer(), now));
      expect(first).toEqual(again);
      return first?.may === 'wait' ? first.until - end : -1;
    });
    expect(Math.min(...releases)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...releases)).toBeLessThan(600_000);
    expect(new Set(releases.map((ms) => Math.floor(ms / 60_000))).size).toBe(10);
  });
});

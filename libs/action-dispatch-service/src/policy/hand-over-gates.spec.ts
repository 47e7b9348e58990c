import { describe, expect, it } from '@jest/globals';
import type { Suppression } from '@waymark/ports';
import { aChannel, aCustomer, anAction, aPolicy } from '../testing/samples.js';
import { handOverGates, type HandOver } from './hand-over-gates.js';

const NOW = Date.parse('2026-05-04T21:00:00Z');

function handOver(over: Partial<HandOver> = {}): ReturnType<typeof handOverGates> {
  return handOverGates({
    action: anAction(),
    channel: aChannel(),
    policies: [],
    context: aCustomer(),
    contacts: [],
    suppressions: [],
    now: NOW,
    isRetry: false,
    ...over,
  });
}

function suppressed(reason: Suppression['reason'], over: Partial<Suppression> = {}): Suppression[] {
  return [{ channel: 'email', customerId: anAction().customerId, reason, at: 0, ...over }];
}

describe('hand-over gates', () => {
  it.each([
    ['marketing', 'complaint', 'never'],
    ['marketing', 'hard-bounce', 'never'],
    ['service', 'complaint', 'never'],
    ['transactional', 'complaint', 'go'],
    ['transactional', 'hard-bounce', 'never'],
    ['legal', 'hard-bounce', 'go'],
  ] as const)('%s to an address suppressed by a %s: %s (R33)', (its, reason, may) => {
    const { verdict } = handOver({ action: anAction({ class: its }), suppressions: suppressed(reason) });
    expect(verdict).toMatchObject(may === 'go' ? { may } : { may, reason: 'ADDRESS_SUPPRESSED' });
  });

  it('does not mind suppressions of other channels and customers', () => {
    const others = [
      ...suppressed('hard-bounce', { channel: 'letters' }),
      ...suppressed('hard-bounce', { customerId: 'bob' as never }),
    ];
    expect(handOver({ suppressions: others }).verdict.may).toBe('go');
  });

  it.each(['', 'ada', 'ada@', 'a@x.com, b@x.com', 'Ada <ada@x.com>', 'a@x.com\r\nBcc: b@x.com', 7, undefined])(
    'has no address in %j',
    (email) => {
      const context = aCustomer({ traits: { email: email as string } });
      expect(handOver({ context }).verdict).toMatchObject({ may: 'never', reason: 'NO_ADDRESS' });
      expect(handOver({ context, channel: aChannel({ type: 'webhook', consent: false }) }).verdict.may).toBe('go');
    },
  );

  it('hands over up to the last millisecond of the time to live', () => {
    const action = anAction({ expiresAt: new Date(NOW).toISOString() });
    expect(handOver({ action }).verdict.may).toBe('go');
    expect(handOver({ action, now: NOW + 1 }).verdict).toMatchObject({ may: 'never', reason: 'TTL' });
  });

  it('applies all policies: one that forbids goes before one that lets wait, whatever their order', () => {
    const windows = [{ days: ['mon'], from: '22:00', to: '06:00' }];
    const waits = aPolicy({ id: 'a', quietHours: { windows } });
    const drops = aPolicy({ id: 'b', quietHours: { windows, onClosed: 'drop' } });
    for (const policies of [
      [waits, drops],
      [drops, waits],
    ]) {
      expect(handOver({ policies }).verdict).toMatchObject({ may: 'never', reason: 'QUIET_HOURS', rule: 'b' });
    }
  });

  it('waits for the policy that closes longest', () => {
    const until = (to: string) => [{ days: ['mon'], from: '22:00', to }];
    const policies = ['07:00', '06:00'].map((to, i) =>
      aPolicy({ id: `p${i}`, quietHours: { windows: until(to) }, release: { spread: 'PT0S' } }),
    );
    expect(handOver({ policies }).verdict).toMatchObject({ may: 'wait', until: Date.parse('2026-05-05T05:00:00Z') });
  });

  it('says what each gate saw, also of the policies that would have let it go (R36)', () => {
    const cap = (id: string, limit: number) =>
      aPolicy({ id, caps: [{ id: `${id}-cap`, scope: 'global', limit, window: { rolling: 'P1D' } }] });
    const { verdict, because } = handOver({ policies: [cap('loose', 5), cap('tight', 0)] });
    expect(verdict).toMatchObject({ may: 'never', reason: 'CAP', rule: 'tight-cap' });
    expect(because).toEqual(['consent to marketing by email is granted', 'loose-cap: 0 of 5; tight-cap: 0 of 0']);
  });

  it('does not ask a retry for a place under the caps again (R35)', () => {
    const policies = [aPolicy({ caps: [{ id: 'none', scope: 'global', limit: 0, window: { rolling: 'P1D' } }] })];
    expect(handOver({ policies, isRetry: true }).verdict.may).toBe('go');
  });
});

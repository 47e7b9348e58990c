import { describe, expect, it } from '@jest/globals';
import { customerIdSchema } from '@waymark/contracts';
import { CONTEXT_BYTES_MAX, emptyContext, type CustomerContext } from './customer-context.js';
import { mergeContexts } from './merge-contexts.js';

const T1 = '2026-03-01T10:00:00.000Z';
const T2 = '2026-03-02T10:00:00.000Z';
const T3 = '2026-03-03T10:00:00.000Z';

const known = (of: Partial<CustomerContext> = {}): CustomerContext => ({
  ...emptyContext(customerIdSchema.parse('ada')),
  version: 5,
  ...of,
});
const anonymous = (of: Partial<CustomerContext> = {}): CustomerContext => ({
  ...emptyContext(customerIdSchema.parse('anonymous-1')),
  version: 9,
  ...of,
});

describe('mergeContexts', () => {
  it("R61: keeps the winner's id and version", () => {
    expect(mergeContexts(known(), anonymous())).toMatchObject({ id: 'ada', version: 5 });
  });

  it("the winner's own traits, consents, agency and stage go before the loser's", () => {
    const merged = mergeContexts(
      known({
        traits: { name: 'Ada' },
        consents: { mail: { marketing: 'denied' } },
        agency: { '*': 'coach' },
        stage: 'use',
      }),
      anonymous({
        traits: { name: '?', city: 'Ulm' },
        consents: { mail: { marketing: 'granted', service: 'granted' }, sms: { marketing: 'withdrawn' } },
        agency: { '*': 'respond', savings: 'automate' },
        stage: 'aware',
      }),
    );
    expect(merged).toMatchObject({
      traits: { name: 'Ada', city: 'Ulm' },
      consents: { mail: { marketing: 'denied', service: 'granted' }, sms: { marketing: 'withdrawn' } },
      agency: { '*': 'coach', savings: 'automate' },
      stage: 'use',
    });
    expect(mergeContexts(known(), anonymous({ stage: 'aware' })).stage).toBe('aware');
  });

  it('counters add up and times take the later', () => {
    const { counters, lastSeen } = mergeContexts(
      known({ counters: { A: 2, B: 1 }, lastSeen: { A: T2, B: T1 } }),
      anonymous({ counters: { A: 1, B: 1, C: 4, valueOf: 1 }, lastSeen: { A: T1, B: T3, C: T1 } }),
    );
    expect(counters).toEqual({ A: 3, B: 2, C: 4, valueOf: 1 });
    expect(lastSeen).toEqual({ A: T2, B: T3, C: T1 });
  });

  it.each([
    [
      { count: 1, value: 10, firstAt: T2, lastAt: T2 },
      { count: 2, value: 5, firstAt: T1, lastAt: T3 },
    ],
    [
      { count: 2, value: 5, firstAt: T1, lastAt: T3 },
      { count: 1, value: 10, firstAt: T2, lastAt: T2 },
    ],
  ])('orders add up, from the first to the last of both', (a, b) => {
    expect(mergeContexts(known({ orders: a }), anonymous({ orders: b })).orders).toEqual({
      count: 3,
      value: 15,
      firstAt: T1,
      lastAt: T3,
    });
  });

  it('orders of one who never ordered change nothing', () => {
    const orders = { count: 1, value: 10, firstAt: T2, lastAt: T2 };
    expect(mergeContexts(known({ orders }), anonymous()).orders).toEqual(orders);
    expect(mergeContexts(known(), anonymous({ orders })).orders).toEqual(orders);
  });

  it('contacts are joined in the order of time', () => {
    const at = (time: string): CustomerContext['contacts'] => [
      { channel: 'mail', class: 'marketing', categories: [], at: time },
    ];
    const merged = mergeContexts(known({ contacts: [...at(T1), ...at(T3)] }), anonymous({ contacts: at(T2) }));
    expect(merged.contacts.map((contact) => contact.at)).toEqual([T1, T2, T3]);
  });

  it('who was in a segment under either id goes on in it', () => {
    const merged = mergeContexts(known({ segments: ['buyer', 'pro'] }), anonymous({ segments: ['all', 'pro'] }));
    expect(merged.segments).toEqual(['all', 'buyer', 'pro']);
  });

  it('P6: two full contexts make one within the bound', () => {
    const full = { traits: { a: 'x'.repeat(30_000) } };
    const merged = mergeContexts(known(full), anonymous({ traits: { b: 'y'.repeat(29_000) } }));
    expect(JSON.stringify(merged).length).toBeLessThanOrEqual(CONTEXT_BYTES_MAX);
    expect(merged.dropped).toEqual(['traits.a']);
  });

  it('changes neither of the two', () => {
    const [winner, loser] = [known({ counters: { A: 1 } }), anonymous({ counters: { A: 1 } })];
    mergeContexts(winner, loser);
    expect([winner.counters, loser.counters]).toEqual([{ A: 1 }, { A: 1 }]);
  });
});

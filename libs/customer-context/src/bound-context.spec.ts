import { describe, expect, it } from '@jest/globals';
import { customerIdSchema } from '@waymark/contracts';
import { boundContext } from './bound-context.js';
import { CONTEXT_BYTES_MAX, emptyContext, type Contact, type CustomerContext } from './customer-context.js';

const ADA: CustomerContext = {
  ...emptyContext(customerIdSchema.parse('ada')),
  version: 7,
  consents: { mail: { marketing: 'granted' } },
  agency: { '*': 'coach' },
};

const bytes = (context: CustomerContext): number => new TextEncoder().encode(JSON.stringify(context)).length;

/** Event names seen one minute after the other, the first longest ago. */
function seenOften(count: number, nameOf: (i: number) => string): Pick<CustomerContext, 'counters' | 'lastSeen'> {
  const names = Array.from({ length: count }, (_, i) => nameOf(i));
  const at = (i: number): string => new Date(Date.parse('2026-03-01T10:00:00Z') + i * 60_000).toISOString();
  return {
    counters: Object.fromEntries(names.map((name) => [name, 1])),
    lastSeen: Object.fromEntries(names.map((name, i) => [name, at(i)])),
  };
}

function contacts(count: number, category = 'news'): Contact[] {
  const at = (i: number): string => new Date(Date.parse('2026-03-01T10:00:00Z') + i * 60_000).toISOString();
  return Array.from({ length: count }, (_, i) => ({
    channel: 'mail',
    class: 'marketing',
    categories: [category],
    at: at(i),
  }));
}

describe('boundContext', () => {
  it('returns a context within the bound as it is', () => {
    const full = { ...ADA, traits: { note: 'x'.repeat(CONTEXT_BYTES_MAX - bytes(ADA) - 10) } };
    expect(bytes(full)).toBe(CONTEXT_BYTES_MAX - 1);
    expect(boundContext(full)).toBe(full);
  });

  it('drops the older half of the contacts first', () => {
    const full = { ...ADA, contacts: contacts(100), traits: { note: 'x'.repeat(25_000) } };
    const bounded = boundContext(full);
    expect(bounded).toEqual({ ...full, contacts: full.contacts.slice(50), dropped: ['contacts'] });
    expect(full.contacts).toHaveLength(100);
  });

  it('then the event names seen longest ago, and no more than needed', () => {
    const full = { ...ADA, ...seenOften(600, (i) => `Event number ${i}`) };
    const bounded = boundContext(full);
    const left = Object.keys(bounded.counters);
    expect(left).toEqual(Object.keys(full.counters).slice(-left.length));
    expect(Object.keys(bounded.lastSeen)).toEqual(left);
    expect(bytes(bounded)).toBeLessThanOrEqual(CONTEXT_BYTES_MAX);
    expect(bytes(bounded)).toBeGreaterThan(CONTEXT_BYTES_MAX - 200);
    expect(bounded.dropped.at(-1)).toBe(`counters.Event number ${599 - left.length}`);
  });

  it('then the largest traits', () => {
    const traits = { small: 'a', large: 'b'.repeat(30_000), middle: 'c'.repeat(5_000) };
    const bounded = boundContext({ ...ADA, ...seenOften(2, (i) => `Event ${i}`), traits });
    expect(bounded.traits).toEqual({ small: 'a', middle: traits.middle });
    expect(bounded.dropped).toEqual(['counters.Event 0', 'counters.Event 1', 'traits.large']);
  });

  it('at last the other contacts, when they alone are too much', () => {
    const bounded = boundContext({ ...ADA, contacts: contacts(2, 'c'.repeat(40_000)) });
    expect(bounded).toMatchObject({ contacts: [], dropped: ['contacts'] });
  });

  it('counts bytes and not characters, also of few long names', () => {
    const names = seenOften(29, (i) => '€'.repeat(190) + i);
    expect(bytes({ ...ADA, ...names })).toBeGreaterThan(CONTEXT_BYTES_MAX);
    expect(bytes(boundContext({ ...ADA, ...names }))).toBeLessThanOrEqual(CONTEXT_BYTES_MAX);
  });

  it('says no more than the 20 names dropped last, each once and none longer than 100 characters', () => {
    const long = 'n'.repeat(33_000);
    const again = { ...ADA, dropped: ['contacts'], traits: { [long]: 1 } };
    expect(boundContext(again).dropped).toEqual(['contacts', `traits.${long}`.slice(0, 100)]);
    const many = boundContext({ ...ADA, dropped: ['contacts'], ...seenOften(600, (i) => `Event number ${i}`) });
    expect(many.dropped).toHaveLength(20);
    expect(new Set(many.dropped).size).toBe(20);
  });

  it('a name that is dropped again is among the last', () => {
    const before = { ...ADA, dropped: ['traits.large', 'traits.other'], traits: { large: 'x'.repeat(40_000) } };
    expect(boundContext(before).dropped).toEqual(['traits.other', 'traits.large']);
  });
});

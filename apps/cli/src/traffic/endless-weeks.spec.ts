import { describe, expect, it } from '@jest/globals';
import { segmentCallSchema } from '@waymark/contracts';
import { endlessWeeks, type PersonsCall } from './endless-weeks.js';

const CUSTOMERS = 20;

function first(count: number, run = 'r1'): PersonsCall[] {
  const calls = endlessWeeks({ seed: 1, customers: CUSTOMERS, run });
  return Array.from({ length: count }, () => calls.next().value as PersonsCall);
}

describe('endlessWeeks', () => {
  it('go on with new people, and no message is ever sent twice', () => {
    const calls = first(1_500);
    expect(new Set(calls.map(({ person }) => person)).size).toBeGreaterThan(3 * CUSTOMERS);
    expect(new Set(calls.map(({ call }) => call['messageId'])).size).toBe(calls.length);
  });

  it('are those of their run', () => {
    const ids = (run: string): unknown[] => first(200, run).map(({ call }) => call['messageId']);
    expect(new Set([...ids('r1'), ...ids('r2')]).size).toBe(400);
    expect(ids('r1')).toEqual(ids('r1'));
  });

  it('are calls that the platform takes, without a time of their own', () => {
    for (const { call } of first(300)) {
      expect(call).not.toHaveProperty('timestamp');
      expect(segmentCallSchema.safeParse(call).error).toBeUndefined();
    }
  });

  it('say whose a call is, before she has a name and after', () => {
    const calls = first(300);
    const nameless = new Set(calls.filter(({ call }) => call['userId'] === undefined).map(({ person }) => person));
    const named = new Set(calls.filter(({ call }) => call['userId'] !== undefined).map(({ person }) => person));
    expect([...nameless].some((person) => named.has(person))).toBe(true);
  });
});

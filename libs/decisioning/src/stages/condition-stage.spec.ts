import { describe, expect, it } from '@jest/globals';
import { candidateOf } from '../testing/samples.js';

describe('the conditions of an offer', () => {
  it.each([
    ['eligible', 'NOT_ELIGIBLE'],
    ['applicable', 'NOT_APPLICABLE'],
    ['suitable', 'NOT_SUITABLE'],
  ])('%s: refuses with %s, and says the condition and what it saw', (key, reason) => {
    const customer = { orders: { count: 3, value: 120 }, traits: { plan: 'gold' } };
    const offer = { [key]: 'customer.orders.count == 0 && customer.traits.plan == "gold"' };
    expect(candidateOf(offer, { customer })).toMatchObject({
      reason,
      because:
        'customer.orders.count == 0 && customer.traits.plan == "gold" does not hold: customer.orders.count is 3, customer.traits.plan is "gold"',
    });
    expect(candidateOf(offer, { customer: { ...customer, orders: { count: 0, value: 0 } } }).reason).toBe('WON');
  });

  it('are false for a path that is missing, which is named and never an exception (R14)', () => {
    expect(candidateOf({ eligible: 'customer.traits.plan == "gold"' })).toMatchObject({
      reason: 'NOT_ELIGIBLE',
      because: 'customer.traits.plan == "gold" does not hold: there is no customer.traits.plan',
    });
  });

  it('need no colon when there was nothing to see', () => {
    expect(candidateOf({ suitable: 'false' }).because).toBe('false does not hold');
  });

  it('are asked in the order eligible, applicable, suitable: the first that refuses is named (R55)', () => {
    const all = { eligible: 'false', applicable: 'false', suitable: 'false' };
    expect(candidateOf(all).reason).toBe('NOT_ELIGIBLE');
    expect(candidateOf({ ...all, eligible: 'true' }).reason).toBe('NOT_APPLICABLE');
    expect(candidateOf({ ...all, eligible: 'true', applicable: 'true' }).reason).toBe('NOT_SUITABLE');
  });

  it('see a counter never raised as 0', () => {
    expect(candidateOf({ suitable: '!(customer.counters["Complaint Raised"] > 0)' }).reason).toBe('WON');
  });
});

import { describe, expect, it } from '@jest/globals';
import { amountOf } from './amount.js';

describe('an amount', () => {
  it.each([0, -3.5, 12.5, 1e15, -1e15])('may be %d', (value) => {
    expect(amountOf(value)).toBe(value);
  });

  it.each([1.7e308, -1e16, Infinity, -Infinity, NaN, '12.5', true, null, undefined, [1]])('is not %j', (value) => {
    expect(amountOf(value as never)).toBeUndefined();
  });
});

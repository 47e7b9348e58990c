import { describe, expect, it } from '@jest/globals';
import { aChannel } from '../testing/samples.js';
import { retryDelayMs } from './retry-delay.js';

const channel = aChannel({ retry: { attempts: 8, base: 'PT1S', max: 'PT10S' } });

describe('the delay of a retry (R41)', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 10_000],
    [40, 10_000],
  ])('after try %i it is anywhere up to %i ms', (attempt, max) => {
    const delays = Array.from({ length: 500 }, (_, i) => retryDelayMs(channel, { actionId: `a${i}`, attempt }));
    expect(Math.max(...delays)).toBeLessThanOrEqual(max);
    expect(Math.max(...delays)).toBeGreaterThan(max * 0.9);
    expect(Math.min(...delays)).toBeLessThan(max * 0.1);
    expect(Math.min(...delays)).toBeGreaterThan(0);
  });

  it('is the same whenever the same try is replayed, and another for the next', () => {
    const [first, again, next] = [1, 1, 2].map((attempt) => retryDelayMs(channel, { actionId: 'a', attempt }));
    expect(first).toBe(again);
    expect(first).not.toBe(next);
  });

  it('obeys the provider, up to a day', () => {
    expect(retryDelayMs(channel, { actionId: 'a', attempt: 1, retryAfterMs: 7_000 })).toBe(7_000);
    expect(retryDelayMs(channel, { actionId: 'a', attempt: 1, retryAfterMs: 1e12 })).toBe(86_400_000);
  });
});

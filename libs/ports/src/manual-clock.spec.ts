import { describe, expect, it } from '@jest/globals';
import { ManualClock } from './manual-clock.js';

describe('ManualClock', () => {
  it('wakes sleepers earliest first, up to the moment it is moved to', async () => {
    const clock = new ManualClock(0);
    const { signal } = new AbortController();
    const woken: number[] = [];
    for (const at of [30, 10, 20]) void clock.wakeAt(at, signal).then(() => woken.push(at));
    clock.moveTo(20);
    await Promise.resolve();
    expect(woken).toEqual([10, 20]);
  });

  it('lets go of a sleeper whose signal aborts', async () => {
    const clock = new ManualClock(0);
    const abort = new AbortController();
    const sleeping = clock.wakeAt(10, abort.signal);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });

  it('does not go back', () => {
    expect(() => new ManualClock(5).moveTo(4)).toThrow(RangeError);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('spaces evenly, whatever the sender takes for itself', () => {
    const pace = new Pace(10, 5_000);
    expect([5_000, 5_000, 5_130, 5_300].map((now) => pace.next(now))).toEqual([0, 100, 70, 0]);
  });

  it('makes up for what was held up, but for no more than a second', () => {
    const pace = new Pace(10, 0);
    const waits = Array.from({ length: 13 }, () => pace.next(60_000));
    expect(waits).toEqual([...Array.from({ length: 11 }, () => 0), 100, 200]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DueKeys } from './due-keys.js';

describe('DueKeys', () => {
  it('says which keys are due, the longest due first, as a plain map would', () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 9 }),
      at: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 50 }), (steps, now) => {
        const due = new DueKeys<number>();
        const plain = new Map<number, number>();
        for (const { key, at } of steps) {
          due.set(key, at);
          if (at === undefined) plain.delete(key);
          else plain.set(key, at);
          expect(due.nextAt()).toBe(plain.size === 0 ? undefined : Math.min(...plain.values()));
        }
        const expected = [...plain].filter(([, at]) => at <= now).map(([key]) => key);
        expect(due.due(now, 100).sort()).toEqual(expected.sort());
        const moments = due.due(now, 100).map((key) => plain.get(key)!);
        expect(moments).toEqual([...moments].sort((a, b) => a - b));
      }),
    );
  });

  it('gives no more than are asked for, and keeps all of them due until they are set anew', () => {
    const due = new DueKeys<string>();
    for (const [i, key] of ['a', 'b', 'c'].entries()) due.set(key, i);
    expect(due.due(10, 2)).toEqual(['a', 'b']);
    expect(due.due(10, 2)).toEqual(['a', 'b']);
    due.set('a', undefined);
    expect(due.due(10, 2)).toEqual(['b', 'c']);
  });
});

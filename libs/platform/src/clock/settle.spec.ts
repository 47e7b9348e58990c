import { describe, expect, it } from '@jest/globals';
import { settle } from './settle.js';

/** What a ring says of itself, look by look; the last is repeated. */
interface Looks {
  isIdle: boolean[];
  saves: number[];
  isAtRest: boolean[];
}

function ring(says: Looks) {
  const asked = { isIdle: 0, saves: 0, isAtRest: 0, ends: 0 };
  const nth = <T>(list: readonly T[], look: number): T => list[Math.min(look, list.length - 1)]!;
  const group = {
    get isIdle() {
      return nth(says.isIdle, asked.isIdle++);
    },
    get saves() {
      return nth(says.saves, asked.saves++);
    },
    isAtRest: () => nth(says.isAtRest, asked.isAtRest++),
  };
  const log = { endOffsets: async () => (asked.ends++, () => 0) };
  return { asked, settled: () => settle(group, log) };
}

describe('settle', () => {
  it.each<[string, Looks, Partial<ReturnType<typeof ring>['asked']>]>([
    [
      'is done when nothing was saved around a look at the log, and all is at rest',
      { isIdle: [true], saves: [7], isAtRest: [true] },
      { ends: 1 },
    ],
    [
      'asks the log nothing while a partition is at work',
      { isIdle: [false, false, true], saves: [7], isAtRest: [true] },
      { isIdle: 3, ends: 1 },
    ],
    [
      'does not trust a look behind whose back something was saved',
      { isIdle: [true], saves: [7, 8, 8], isAtRest: [true] },
      { ends: 2, isAtRest: 1 },
    ],
    [
      'looks again when a record has come that nobody has read yet',
      { isIdle: [true], saves: [7], isAtRest: [false, true] },
      { ends: 2 },
    ],
  ])('%s', async (_, says, expected) => {
    const { asked, settled } = ring(says);
    await settled();
    expect(asked).toMatchObject(expected);
  });

  it('passes a failure to look on', async () => {
    const group = { isIdle: true, saves: 0, isAtRest: () => true };
    const endOffsets = async (): Promise<never> => Promise.reject(new Error('the log is down'));
    await expect(settle(group, { endOffsets })).rejects.toThrow('the log is down');
  });
});

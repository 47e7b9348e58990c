import { describe, expect, it } from '@jest/globals';
import { totalsText, type Totals } from './totals.js';

const totals = (of: Partial<Totals>): Totals => ({
  seconds: 0,
  sent: 0,
  retried: {},
  failed: 0,
  abandoned: 0,
  reactions: 0,
  received: 0,
  receivedTwice: 0,
  ...of,
});

describe('totalsText', () => {
  it('is one line even when nothing happened yet', () => {
    expect(totalsText(totals({}))).toBe(
      '0 s: 0 sent (0/s), 0 retried, 0 failed, 0 reactions, 0 messages received, 0 twice',
    );
  });

  it('says how fast, why again, and what was lost', () => {
    const text = totalsText(
      totals({
        seconds: 12.4,
        sent: 248,
        retried: { 503: 2, unreachable: 1 },
        failed: 1,
        abandoned: 4,
        received: 9,
        receivedTwice: 1,
      }),
    );
    expect(text).toBe(
      '12 s: 248 sent (20.0/s), 3 retried (503: 2, unreachable: 1), 1 failed, 4 abandoned, 0 reactions, 9 messages received, 1 twice',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { ProcessorGroup } from '@waymark/stream';
import { settle } from './settle.js';

/** A ring that says of each look whether it is settled, and of each count how many records were appended. */
function ring({ looks, counts }: { looks: readonly boolean[]; counts: readonly number[] }) {
  const asked = { looks: 0, counts: 0 };
  const group = new ProcessorGroup([
    {
      service: 'ingestion',
      partition: 0,
      revision: 0,
      step: async () => false,
      idle: async () => undefined,
      isSettled: async () => looks[asked.looks++]!,
    },
  ]);
  const recordsAppended = async (): Promise<number> => counts[asked.counts++]!;
  return { asked, settled: () => settle(group, recordsAppended) };
}

describe('settle', () => {
  it.each<[string, { looks: boolean[]; counts: number[] }]>([
    ['is at rest when two looks and the count between them agree', { looks: [true, true], counts: [7, 7] }],
    ['looks again while something is to be done', { looks: [false, false, true, true], counts: [7, 8, 9, 9] }],
    [
      'does not trust a look behind whose back a record was appended',
      { looks: [true, true, true], counts: [7, 8, 8, 8] },
    ],
    [
      'does not trust a look after which something was to be done after all',
      { looks: [true, false, true, true], counts: [7, 7, 7, 7] },
    ],
  ])('%s', async (_, given) => {
    const { asked, settled } = ring(given);
    await settled();
    expect(asked).toEqual({ looks: given.looks.length, counts: given.counts.length });
  });

  it('passes a failure to look on', async () => {
    const failing = async (): Promise<number> => Promise.reject(new Error('the log is down'));
    await expect(settle(new ProcessorGroup([]), failing)).rejects.toThrow('the log is down');
  });
});

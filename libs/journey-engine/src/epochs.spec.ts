import { describe, expect, it } from '@jest/globals';
import { journeySchema, type SplitEpoch, type SplitStep } from '@waymark/contracts';
import { allocationOf, epochsOf, splitsOf } from './epochs.js';
import { chooseVariant } from './growthbook-hash.js';

const variants = (...of: [string, number][]): SplitStep['variants'] =>
  of.map(([id, weight]) => ({ id, weight, next: 'end' }));

describe('R24: an allocation', () => {
  it('is which hashes fall to whom, in their order', () => {
    expect(allocationOf(variants(['a', 1], ['b', 2], ['c', 1]))).toBe('a 0-2500, b 2500-7500, c 7500-10000');
  });

  it.each<[string, SplitStep['variants'], SplitStep['variants']]>([
    ['1:1 and 50:50', variants(['a', 1], ['b', 1]), variants(['a', 50], ['b', 50])],
    ['thirds, however written', variants(['a', 1], ['b', 1], ['c', 1]), variants(['a', 0.1], ['b', 0.1], ['c', 0.1])],
    ['one whose weight no hash can tell', variants(['a', 1], ['b', 1]), variants(['a', 1], ['b', 1], ['c', 1e-9])],
  ])('is one and the same for %s', (_, one, other) => {
    expect(allocationOf(one)).toBe(allocationOf(other));
  });

  it.each<[string, SplitStep['variants']]>([
    ['weights', variants(['a', 51], ['b', 49])],
    ['order', variants(['b', 1], ['a', 1])],
    ['a name', variants(['a', 1], ['c', 1])],
    ['one more', variants(['a', 1], ['b', 1], ['c', 1])],
  ])('is another with other %s', (_, other) => {
    expect(allocationOf(other)).not.toBe(allocationOf(variants(['a', 1], ['b', 1])));
  });

  it('says of every hash what the split itself does', () => {
    const of = variants(['a', 1], ['b', 3.3], ['c', 0.7]);
    const parts = allocationOf(of)
      .split(', ')
      .map((part) => /^(\S+) (\d+)-(\d+)$/.exec(part)!);
    for (let hash = 0; hash < 10_000; hash += 1) {
      const [, id] = parts.find(([, , from, to]) => hash >= Number(from) && hash < Number(to))!;
      expect(id).toBe(chooseVariant(of, hash / 10_000).id);
    }
  });
});

describe('R24: the epochs of a journey', () => {
  const split = { kind: 'split', seed: 'tone', variants: variants(['a', 1], ['b', 1]) };
  const steps = { test: split, end: { kind: 'exit' } };
  const journey = journeySchema.parse({ kind: 'journey', id: 'j', entry: { event: 'E' }, start: 'test', steps });
  const said = (id: string, epoch: number): SplitEpoch => ({ kind: 'split-epoch', id, epoch, allocation: '' });

  it('are those said of its own splits, the first left out', () => {
    expect(splitsOf(journey)).toEqual([{ stepId: 'test', split }]);
    expect(epochsOf(journey, [journey, said('tone', 3), said('other', 2)])).toEqual({ tone: 3 });
    expect(epochsOf(journey, [said('tone', 1)])).toEqual({});
    expect(epochsOf(journey, [])).toEqual({});
  });
});

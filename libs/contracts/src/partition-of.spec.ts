import { describe, expect, it } from '@jest/globals';
import { partitionOf } from './partition-of.js';

/** Kafka's own vectors of murmur2 (org.apache.kafka.common.utils.UtilsTest), sign bit cleared as its partitioner does. */
const VECTORS: [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
];

describe('partitionOf', () => {
  it.each(VECTORS)('puts %s where Kafka’s default partitioner does', (key, murmur2) => {
    expect(partitionOf(key, 2 ** 31)).toBe(murmur2 & 0x7fffffff);
    expect(partitionOf(key, 12)).toBe((murmur2 & 0x7fffffff) % 12);
  });

  it('is a partition for every text, whatever its characters', () => {
    for (const key of ['', 'é', '顧客', '🛒', 'a'.repeat(1000)]) expect([0, 1, 2, 3]).toContain(partitionOf(key, 4));
  });
});

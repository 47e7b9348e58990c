import { describe, expect, it } from '@jest/globals';
import { partitionOf } from './partition-of.js';
import { partitionFor } from './topics.js';

describe('partitionFor', () => {
  it('goes by the key', () => {
    expect(partitionFor({ key: 'ada' }, 12)).toBe(partitionOf('ada', 12));
  });

  it('goes by the partition that a broadcast names, be it the first', () => {
    expect([0, 5].map((partition) => partitionFor({ key: 'workspace', partition }, 12))).toEqual([0, 5]);
  });
});

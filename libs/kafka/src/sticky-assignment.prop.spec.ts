import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stickyAssignment, type Member } from './sticky-assignment.js';

const partitions = fc.integer({ min: 0, max: 40 }).map((count) => Array.from({ length: count }, (_, index) => index));
/** What members say they had may overlap, repeat itself, and name partitions that do not exist. */
const members: fc.Arbitrary<Member[]> = fc.uniqueArray(
  fc.record({ id: fc.uuid(), had: fc.array(fc.integer({ min: 0, max: 45 }), { maxLength: 45 }) }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
);

/** How many partitions stay where they were at most, if every partition is somebody's and the shares differ by one at most. */
function keptAtMost(given: readonly Member[], all: readonly number[]): number {
  const least = Math.floor(all.length / given.length);
  const hads = given.map(({ had }) => had.length).sort((a, b) => b - a);
  return hads.reduce((sum, had, nth) => sum + Math.min(had, nth < all.length % given.length ? least + 1 : least), 0);
}

describe('stickyAssignment', () => {
  it('gives every partition to one member, in shares that differ by one at most', () => {
    fc.assert(
      fc.property(members, partitions, (given, all) => {
        const assignment = stickyAssignment(given, all);
        expect([...assignment.keys()].sort()).toEqual(given.map(({ id }) => id).sort());
        expect([...assignment.values()].flat().sort((a, b) => a - b)).toEqual(all);
        const shares = [...assignment.values()].map(({ length }) => length);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves as few as can be when each partition was one member’s', () => {
    const distributed = fc.tuple(members, partitions).chain(([given, all]) =>
      fc
        .array(fc.integer({ min: -1, max: given.length - 1 }), { minLength: all.length, maxLength: all.length })
        .map((owners) => ({
          all,
          given: given.map(({ id }, nth) => ({ id, had: all.filter((partition) => owners[partition] === nth) })),
        })),
    );
    fc.assert(
      fc.property(distributed, ({ given, all }) => {
        const assignment = stickyAssignment(given, all);
        const kept = given.flatMap(({ id, had }) => had.filter((each) => assignment.get(id)!.includes(each)));
        expect(kept).toHaveLength(keptAtMost(given, all));
      }),
    );
  });

  it('changes nothing when nobody came or left', () => {
    fc.assert(
      fc.property(members, partitions, (given, all) => {
        const first = stickyAssignment(given, all);
        const again = stickyAssignment(
          [...first].map(([id, had]) => ({ id, had })),
          all,
        );
        expect(new Map(again)).toEqual(new Map(first));
      }),
    );
  });

  it('does not go by the order in which members and partitions are given', () => {
    fc.assert(
      fc.property(members, partitions, (given, all) => {
        const turned = stickyAssignment([...given].reverse(), [...all].reverse());
        expect(new Map(turned)).toEqual(new Map(stickyAssignment(given, all)));
      }),
    );
  });
});

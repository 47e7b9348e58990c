/** A member of a consumer group, with the partitions it says it had. */
export interface Member {
  id: string;
  had: readonly number[];
}

/**
 * Which partitions each member gets. Every partition has one owner; the members' shares differ by one at most; and no
 * distribution with these shares leaves more partitions where they were. Of two members who both say that they had a
 * partition, the first by id had it. The same for members and partitions in any order.
 */
export function stickyAssignment(
  members: readonly Member[],
  partitions: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const kept = keptBy(members, new Set(partitions));
  // Those who have the most get the greater shares, so that the fewest partitions move.
  const ids = [...kept.keys()].sort((a, b) => kept.get(b)!.length - kept.get(a)!.length || (a < b ? -1 : 1));
  const least = Math.floor(partitions.length / ids.length);
  const withOneMore = partitions.length % ids.length;
  const shares = ids.map((id, nth) => ({ id, share: nth < withOneMore ? least + 1 : least }));
  const assignment = new Map(shares.map(({ id, share }) => [id, kept.get(id)!.slice(0, share)]));
  const taken = new Set([...assignment.values()].flat());
  const free = partitions.filter((partition) => !taken.has(partition)).sort(ascending);
  for (const { id, share } of shares) {
    const its = assignment.get(id)!;
    its.push(...free.splice(0, share - its.length));
    its.sort(ascending);
  }
  return assignment;
}

function keptBy(members: readonly Member[], existing: Set<number>): Map<string, number[]> {
  const kept = new Map<string, number[]>();
  for (const { id, had } of [...members].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const its = [...new Set(had)].filter((partition) => existing.has(partition)).sort(ascending);
    for (const partition of its) existing.delete(partition);
    kept.set(id, its);
  }
  return kept;
}

function ascending(a: number, b: number): number {
  return a - b;
}

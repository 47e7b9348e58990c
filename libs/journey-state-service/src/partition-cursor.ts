import { WaymarkError } from '@waymark/contracts';

/** A page of what one partition has. */
export interface PartitionsPage<T> {
  found: T[];
  /** How many were read for it. */
  read: number;
  /** The last id read; undefined when the partition has no more. */
  next: string | undefined;
}

interface Asked<T> {
  /** Where an earlier page has ended: a partition and the last id in it. */
  cursor: string | undefined;
  limit: number;
  partitions: number;
  read(partition: number, after: string, max: number): Promise<PartitionsPage<T>>;
}

/**
 * Reads `limit` at most, partition after partition, each by id. The cursor is where the next page begins; it is undefined after the
 * last one. Rejects with INVALID_BODY for a cursor of another kind.
 */
export async function eachPartition<T>({ cursor, limit, partitions, read }: Asked<T>): Promise<{
  found: T[];
  cursor: string | undefined;
}> {
  const found: T[] = [];
  let { partition, after } = placeOf(cursor);
  let left = limit;
  while (partition < partitions) {
    if (left === 0) return { found, cursor: `${partition}:${after}` };
    const page = await read(partition, after, left);
    found.push(...page.found);
    left -= page.read;
    after = page.next ?? '';
    if (page.next === undefined) partition += 1;
  }
  return { found, cursor: undefined };
}

function placeOf(cursor: string | undefined): { partition: number; after: string } {
  if (cursor === undefined) return { partition: 0, after: '' };
  const [, partition, after] = /^(\d{1,6}):(.*)$/.exec(cursor) ?? [];
  if (after === undefined) throw new WaymarkError('INVALID_BODY', 'the cursor is none that a page has ended with');
  return { partition: Number(partition), after };
}

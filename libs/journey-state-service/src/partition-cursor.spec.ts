import { expect, it } from '@jest/globals';
import { eachPartition } from './partition-cursor.js';

const PARTITIONS = [['a', 'b', 'c'], [], ['d'], ['e', 'f']];

/** Reads everything in pages of a size; the pages, and how often a partition was read. */
async function readAll(limit: number): Promise<{ pages: string[][]; reads: number }> {
  const pages: string[][] = [];
  let reads = 0;
  let cursor: string | undefined;
  do {
    const page = await eachPartition<string>({
      cursor,
      limit,
      partitions: PARTITIONS.length,
      async read(partition, after, max) {
        reads += 1;
        const found = PARTITIONS[partition]!.filter((id) => id > after).slice(0, max);
        return { found, read: found.length, next: found.length < max ? undefined : found.at(-1) };
      },
    });
    pages.push(page.found);
    ({ cursor } = page);
  } while (cursor !== undefined);
  return { pages, reads };
}

it.each([
  [1, [['a'], ['b'], ['c'], ['d'], ['e'], ['f'], []]],
  [2, [['a', 'b'], ['c', 'd'], ['e', 'f'], []]],
  [
    4,
    [
      ['a', 'b', 'c', 'd'],
      ['e', 'f'],
    ],
  ],
  [9, [['a', 'b', 'c', 'd', 'e', 'f']]],
])('pages of %i have everything once, in order, over the ends of partitions', async (limit, pages) => {
  expect((await readAll(limit)).pages).toEqual(pages);
});

it('a page that ends with its partition begins the next one there, and reads it once more', async () => {
  expect((await readAll(3)).reads).toBe(6);
});

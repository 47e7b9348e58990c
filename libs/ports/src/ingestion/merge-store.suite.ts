import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { emptyContext } from '@waymark/customer-context';
import { saveNext } from '../testing/commit.js';
import type { IngestionChanges, IngestionStore, Merge } from './ingestion-store.js';
import { UNMARKED } from './segment-store.js';

const ADA = 'ada' as CustomerId;
const BOB = 'bob' as CustomerId;
const VIC = 'anon~v"1' as CustomerId;
const DAY_MS = 86_400_000;

function merge(id: string, over: Partial<Merge> = {}): Merge {
  const before = {
    winner: { ...emptyContext(ADA), version: 3, traits: { name: 'Zoë\u0000' } },
    loser: { ...emptyContext(VIC), version: 2 },
    mark: { ...UNMARKED, set: 's', at: 7, dueAt: 9 },
  };
  const links: Merge['links'] = [
    { key: 'anonymous:v"1', before: null },
    { key: 'user:x', before: BOB },
  ];
  return { id, from: VIC, to: ADA, at: 100, undoUntil: 900, links, before, ...over };
}

/** The part of the suite that is about merges and their undoing (R61). */
export function mergeStoreSuite(name: string, create: () => Promise<IngestionStore>): void {
  describe(`IngestionStore, merges: ${name}`, () => {
    let store: IngestionStore;
    const save = (over: Partial<IngestionChanges>, now?: number): Promise<unknown> => {
      const changes = { events: [], identities: [], profiles: [], mismatches: 0, ...over };
      return saveNext(store, { partition: 0, changes, ...(now !== undefined && { now }) });
    };
    const make = (...made: Merge[]): Promise<unknown> => save({ merges: { made, undone: [] } }, 0);
    const undo = (id: string, at = 500): Promise<unknown> => save({ merges: { made: [], undone: [{ id, at }] } }, 0);

    beforeEach(async () => {
      store = await create();
    });

    it('are given back as they were saved, by id and by whom they led to, the newest first', async () => {
      await make(merge('a'), merge('b', { at: 300 }), merge('c', { to: BOB, at: 200 }));
      expect(await store.merges(['a', 'none'])).toEqual(new Map([['a', merge('a')]]));
      expect((await store.mergesInto([ADA, BOB], 9)).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
      expect((await store.mergesInto([ADA], 1)).map(({ id }) => id)).toEqual(['b']);
      expect(await store.mergesInto([VIC], 9)).toEqual([]);
    });

    it('are undone once, and what was kept for it is forgotten', async () => {
      await make(merge('a'));
      await undo('a');
      const { before: _, ...left } = merge('a');
      expect(await store.merges(['a'])).toEqual(new Map([['a', { ...left, undoneAt: 500 }]]));
      await expect(undo('a')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      await expect(undo('none')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    });

    it('are forgotten when the next one is made, a day after they could be undone', async () => {
      await make(merge('a'), merge('b', { undoUntil: 901 }));
      await save({ merges: { made: [merge('c', { undoUntil: 9 * DAY_MS })], undone: [] } }, 901 + DAY_MS);
      expect([...(await store.merges(['a', 'b', 'c'])).keys()].sort()).toEqual(['b', 'c']);
    });

    it('let an id mean itself again, by compare-and-set on what it meant', async () => {
      const free = (expected: CustomerId) => save({ identities: [{ key: 'user:a', customerId: null, expected }] });
      await save({ identities: [{ key: 'user:a', customerId: ADA, expected: null }] });
      await expect(free(BOB)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      await free(ADA);
      expect(await store.identities(['user:a'])).toEqual(new Map());
      await expect(free(ADA)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      await save({ identities: [{ key: 'user:a', customerId: BOB, expected: null }] });
      expect(await store.identities(['user:a'])).toEqual(new Map([['user:a', BOB]]));
    });
  });
}

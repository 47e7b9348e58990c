import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { saveNext } from '../testing/commit.js';
import { ADA, BOB, changes, entry, EVE } from '../testing/journey-samples.js';
import type { HistoryEntry, JourneyChanges, JourneyStore } from './journey-store.js';

/** Has what JSON can hold and text cannot. */
function refusal(nth: number): HistoryEntry {
  const { at, ...of } = entry(nth);
  const detail = 'Zoë\u0000\ud800 "does not hold"';
  return { at, ...of, messageId: `m${nth}`, trace: [{ at, what: 'refused', reason: 'NOT_ELIGIBLE', detail }] };
}

const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** R3: what a {@link JourneyStore} keeps of those whom a journey's condition has refused. */
export function notEligibleSuite(name: string, create: () => Promise<JourneyStore>): void {
  describe(`JourneyStore, refusals by a condition: ${name}`, () => {
    let store: JourneyStore;
    const save = (over: Partial<JourneyChanges>): Promise<unknown> => saveNext(store, { changes: changes(over) });
    const refuse = (customerId: CustomerId, nths: number[]): Promise<unknown> =>
      save({ notEligible: [{ customerId, entries: nths.map(refusal) }] });
    const told = async (customerId: CustomerId, limit = 100): Promise<number[]> =>
      (await store.history(customerId, limit)).map(({ contextVersion }) => contextVersion);
    const forget = async (endedBefore: number, max = 100): Promise<number> =>
      (await store.forget({ endedBefore, now: 0, max })).notEligible;

    beforeEach(async () => {
      store = await create();
    });

    it('keeps the newest 20, over batches, as they were saved', async () => {
      for (const nths of [[1], upTo(11, 2), upTo(20, 12)]) await refuse(ADA, nths);
      expect(await told(ADA)).toEqual(upTo(20));
      for (const nths of [[21], upTo(24, 22), [25]]) await refuse(ADA, nths);
      expect(await store.history(ADA, 100)).toEqual(upTo(25, 6).map(refusal));
    });

    it('keeps the newest 20 of one batch', async () => {
      await refuse(ADA, upTo(25));
      expect(await told(ADA)).toEqual(upTo(25, 6));
      await refuse(ADA, upTo(50, 26));
      expect(await told(ADA)).toEqual(upTo(50, 31));
    });

    it('keeps them of each customer by herself', async () => {
      const notEligible = [ADA, BOB].map((customerId) => ({ customerId, entries: upTo(15).map(refusal) }));
      await save({ notEligible });
      await refuse(BOB, upTo(25, 16));
      expect([await told(ADA), await told(BOB), await told(EVE)]).toEqual([upTo(15), upTo(25, 6), []]);
    });

    it('gives them among her history by when it was, after what was at the same moment, and as few as asked for', async () => {
      const early = { contextVersion: 100 };
      await save({ history: [{ customerId: ADA, entries: [entry(2), entry(3, early), entry(6)] }] });
      await refuse(ADA, [1, 3, 4]);
      await save({ history: [{ customerId: ADA, entries: [entry(8)] }] });
      await refuse(ADA, [7, 9]);
      const all = [1, 2, 100, 3, 4, 6, 7, 8, 9];
      expect(await told(ADA)).toEqual(all);
      for (const limit of [1, 2, 5, 8]) expect(await told(ADA, limit)).toEqual(all.slice(-limit));
      expect(await told(ADA, 0)).toEqual([]);
    });

    it('forgets those of whom the newest is from before a moment, some at a time, and no other history', async () => {
      const ms = (nth: number): number => Date.parse(entry(nth).at);
      await save({ history: [{ customerId: ADA, entries: [entry(1)] }] });
      await refuse(ADA, [2, 3]);
      await refuse(BOB, [1]);
      await refuse(EVE, [1]);
      await refuse(EVE, [9]);
      expect(await forget(ms(1))).toBe(0);
      expect(await forget(ms(9), 1)).toBe(1);
      expect(await forget(ms(9), 1)).toBe(1);
      expect(await forget(ms(9))).toBe(0);
      expect([await told(ADA), await told(BOB), await told(EVE)]).toEqual([[1], [], [1, 9]]);
      await refuse(BOB, [10]);
      expect(await told(BOB)).toEqual([10]);
    });
  });
}

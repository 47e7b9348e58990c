import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import { saveNext } from '../testing/commit.js';
import { ADA, BOB, changes, count, ended, entry, EVE, instance, ledger, SEEN } from '../testing/journey-samples.js';
import { NOTHING_WANTED, type JourneyChanges, type JourneyState, type JourneyStore } from './journey-store.js';

const LAST_YEAR = '2025-05-05T08:00:00.000Z';
const NOW = Date.parse('2026-05-05T08:00:00.000Z');
const LONG_AGO = { endedAt: LAST_YEAR };

/** What a {@link JourneyStore} forgets when it is told to, and what it never does. */
export function journeyRetentionSuite(name: string, create: () => Promise<JourneyStore>): void {
  describe(`JourneyStore, forgetting: ${name}`, () => {
    let store: JourneyStore;
    const save = (over: Partial<JourneyChanges>, partition = 0): Promise<unknown> =>
      saveNext(store, { partition, changes: changes(over) });
    const forget = (over: Partial<Parameters<JourneyStore['forget']>[0]> = {}): ReturnType<JourneyStore['forget']> =>
      store.forget({ endedBefore: Date.parse(LAST_YEAR) + 1, now: NOW, max: 100, ...over });
    const known = async (...ids: string[]): Promise<string[]> => {
      const its = await Promise.all(ids.map((id) => store.instance(id as Instance['id'])));
      return its.flatMap((each) => each?.id ?? []);
    };
    const loaded = (customerIds: CustomerId[]): Promise<JourneyState> =>
      store.load({ ...NOTHING_WANTED, partition: 0, customerIds, recent: true });

    beforeEach(async () => {
      store = await create();
    });

    it('removes instances that ended before a moment, in whatever partition', async () => {
      await save({ instances: [ended('old', LONG_AGO), ended('new')] });
      await save({ instances: [ended('his', { customerId: BOB, ...LONG_AGO })] }, 1);
      expect(await forget({ endedBefore: Date.parse(LAST_YEAR) })).toEqual({ instances: 0, recent: 0, notEligible: 0 });
      expect(await known('old', 'new', 'his')).toEqual(['old', 'new', 'his']);
      expect(await forget()).toEqual({ instances: 2, recent: 0, notEligible: 0 });
      expect(await known('old', 'new', 'his')).toEqual(['new']);
      expect((await store.instances(ADA, 9)).map(({ id }) => id)).toEqual(['new']);
    });

    it('leaves what something can come of, however old: what is active, and what has an open conversion window (R18)', async () => {
      const enteredAt = LAST_YEAR;
      await save({
        instances: [
          instance('active', { enteredAt }),
          ended('open', { ...LONG_AGO, timers: { conversion: NOW } }),
          ended('closed', LONG_AGO),
        ],
      });
      expect(await forget()).toEqual({ instances: 1, recent: 0, notEligible: 0 });
      expect(await known('active', 'open', 'closed')).toEqual(['active', 'open']);
      await save({ instances: [ended('open', LONG_AGO), ended('active', { enteredAt })] });
      expect(await forget()).toEqual({ instances: 1, recent: 0, notEligible: 0 });
      expect(await known('active', 'open')).toEqual(['active']);
    });

    it('removes no more at a time than it is told to', async () => {
      await save({ instances: ['a', 'b', 'c'].map((id) => ended(id, LONG_AGO)) });
      expect(await forget({ max: 2 })).toMatchObject({ instances: 2 });
      expect(await forget({ max: 2 })).toMatchObject({ instances: 1 });
      expect(await forget({ max: 2 })).toMatchObject({ instances: 0 });
    });

    it('never forgets entries (R2), variants and what they have made (R47, R48), counts (R23) or history', async () => {
      const assignments = [{ customerId: ADA, seed: 's', variant: 'a', exposed: true }];
      await save({
        instances: [ended('old', LONG_AGO)],
        ledgers: [ledger(ADA)],
        assignments,
        counts: [count('entered', '')],
        history: [{ customerId: ADA, entries: [entry(1)] }],
      });
      expect(await forget()).toMatchObject({ instances: 1 });
      const state = await loaded([ADA]);
      expect(state.ledgers).toEqual([ledger(ADA)]);
      expect(state.assignments).toEqual(new Map([[ADA, { s: 'a' }]]));
      expect(state.exposed).toEqual(new Map([[ADA, new Set(['s'])]]));
      expect(await store.counts()).toEqual([count('entered', '')]);
      expect(await store.history(ADA, 9)).toEqual([entry(1)]);
    });

    it('has the page of those that are left, without whom they waited for, and takes the next one of the same key', async () => {
      const key = { correlationKey: 'order 1' };
      const waiting = instance('waiting', { called: { instanceId: 'old' as Instance['id'] } });
      await save({ instances: [ended('old', { ...key, ...LONG_AGO }), waiting] });
      await forget();
      await save({ instances: [instance('next', { ...key, ordinal: 2 })], ledgers: [ledger(ADA, key, 2)] });
      const rows = await store.instanceRows({ partition: 0, after: '', max: 9 });
      expect(rows.map(({ instance: { id }, alike, called }) => [id, alike.newestOrdinal, called])).toEqual([
        ['next', 2, undefined],
        ['waiting', 1, undefined],
      ]);
    });

    it('removes recent events that nothing looks back for any more, some at a time', async () => {
      const recent = (customerId: CustomerId, keepUntil: number) => ({ customerId, events: [SEEN], keepUntil });
      await save({ recent: [recent(ADA, NOW - 1), recent(EVE, NOW)] });
      await save({ recent: [recent(BOB, NOW - 2)] }, 1);
      expect(await forget({ max: 1 })).toEqual({ instances: 0, recent: 1, notEligible: 0 });
      expect(await forget({ max: 1 })).toEqual({ instances: 0, recent: 1, notEligible: 0 });
      expect(await forget()).toEqual({ instances: 0, recent: 0, notEligible: 0 });
      expect([...(await loaded([ADA, BOB, EVE])).recent.keys()]).toEqual([EVE]);
    });
  });
}

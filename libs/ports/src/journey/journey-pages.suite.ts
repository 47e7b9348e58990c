import { describe, expect, it } from '@jest/globals';
import type { CustomerEvent, CustomerId, InstanceId } from '@waymark/contracts';
import type { EntryLedger, Instance } from '@waymark/journey-engine';
import type { QueuedEntrant } from './journey-controls.js';
import type { EntryKey, JourneyChanges, JourneyStore } from './journey-store.js';

interface Given {
  store: () => JourneyStore;
  save: (over: Partial<JourneyChanges>, partition?: number) => Promise<unknown>;
  /** Of one customer each where nothing is said. */
  instance: (id: string, over?: Partial<Instance>) => Instance;
  ended: (id: string, over?: Partial<Instance>) => Instance;
  ledger: (customerId: CustomerId) => EntryKey & { ledger: EntryLedger };
  event: CustomerEvent;
}

/** The part of the suite that is about walking through a partition: its instances, and who waits at its doors. */
export function journeyPagesSuite({ store, save, instance, ended, ledger, event }: Given): void {
  describe('pages of instances', () => {
    const rowsOf = (after: string, max: number, partition = 0): ReturnType<JourneyStore['instanceRows']> =>
      store().instanceRows({ partition, after, max });
    const idsAfter = async (after: string, max: number): Promise<string[]> =>
      (await rowsOf(after, max)).map(({ instance: { id } }) => id);

    it('come one after the other by id, of one partition, ended ones too', async () => {
      await save({ instances: ['c', 'a', 'B', 'd'].map((id) => instance(id)) });
      await save({ instances: [ended('e')] });
      await save({ instances: [instance('b', { customerId: 'bob' as CustomerId })] }, 1);
      expect(await idsAfter('', 3)).toEqual(['B', 'a', 'c']);
      expect(await idsAfter('c', 3)).toEqual(['d', 'e']);
      expect(await idsAfter('e', 3)).toEqual([]);
    });

    it('have the columns that repeat the instance, and its ledger', async () => {
      const active = instance('a', { correlationKey: '', timers: { step: 9, lifetime: 50 } });
      await save({ instances: [active, ended('b', { step: 'bye' })], ledgers: [ledger('ada' as CustomerId)] });
      const rows = await rowsOf('', 2);
      expect(rows[0]).toEqual({
        instance: active,
        columns: { step: 'wait', active: true, dueAt: 9 },
        ledger: ledger('ada' as CustomerId).ledger,
        alike: { active: 1, newestOrdinal: 1 },
      });
      expect(rows[1]).toMatchObject({ columns: { step: 'bye', active: false }, alike: { active: 0 } });
      expect(rows[1]!.ledger).toBeUndefined();
      expect(rows[1]!.columns.dueAt).toBeUndefined();
    });

    it('tell of the others of the same journey, customer and key', async () => {
      const key = { correlationKey: 'order 1' };
      await save({ instances: [ended('a', key), instance('b', { ...key, ordinal: 2 })] });
      await save({
        instances: [instance('c', { ...key, ordinal: 3 }), instance('d', { ...key, customerId: 'bob' as CustomerId })],
      });
      expect((await rowsOf('', 4)).map(({ alike }) => alike)).toEqual([
        { active: 2, newestOrdinal: 3 },
        { active: 2, newestOrdinal: 3 },
        { active: 2, newestOrdinal: 3 },
        { active: 1, newestOrdinal: 1 },
      ]);
    });

    it('have the instance that is waited for, wherever it is', async () => {
      const waitsFor = (id: string) => ({ called: { instanceId: id as InstanceId } });
      await save({ instances: [instance('a', waitsFor('z')), instance('b', waitsFor('none'))] });
      await save({ instances: [ended('z', { journeyId: 'other' })] }, 1);
      expect((await rowsOf('', 2)).map(({ called }) => called?.id)).toEqual(['z', undefined]);
    });

    it('of those who are inside a journey have the active ones, by id', async () => {
      await save({ instances: ['c', 'a', 'b'].map((id) => instance(id)) });
      await save({ instances: [ended('d'), instance('e', { journeyId: 'other' })] });
      await save({ instances: [instance('f', { customerId: 'bob' as CustomerId })] }, 1);
      const inside = async (after: string): Promise<string[]> =>
        (await store().inside({ partition: 0, journeyId: 'cart', after, max: 2 })).map(({ id }) => id);
      expect(await inside('')).toEqual(['a', 'b']);
      expect(await inside('b')).toEqual(['c']);
    });
  });

  it('tells who waits at which doors of a partition', async () => {
    const waiting = (id: string, journeyId: string): QueuedEntrant => ({
      id,
      journeyId,
      event,
      expiresAt: 9,
    });
    await save({
      entrants: { queued: [waiting('a', 'cart'), waiting('b', 'cart'), waiting('c', 'gone')], gone: [] },
    });
    const doors = await store().doors(0);
    expect(doors).toHaveLength(2);
    expect(doors).toEqual(
      expect.arrayContaining([
        { journeyId: 'cart', count: 2 },
        { journeyId: 'gone', count: 1 },
      ]),
    );
    expect(await store().doors(1)).toEqual([]);
  });
}

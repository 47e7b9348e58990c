import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId, InstanceId } from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import { following, saveNext } from '../testing/commit.js';
import { ADA, BOB, changes, ended, EVE, idsOf, instance, ledger } from '../testing/journey-samples.js';
import { NOTHING_WANTED, type JourneyChanges, type JourneyState, type JourneyStore } from './journey-store.js';

/** The part of the suite that is about R1: of a journey, customer and key one exclusive instance is active at most. */
export function exclusiveInstancesSuite(name: string, create: () => Promise<JourneyStore>): void {
  describe(`exclusive instances (R1), ${name}`, () => {
    let store: JourneyStore;
    const save = (over: Partial<JourneyChanges>): Promise<unknown> => saveNext(store, { changes: changes(over) });
    const load = (...customerIds: CustomerId[]): Promise<JourneyState> =>
      store.load({ ...NOTHING_WANTED, partition: 0, customerIds });
    const alike = (id: string, ordinal: number, over: Partial<Instance> = {}): Instance =>
      instance(id, { correlationKey: 'order 1', ordinal, exclusive: true, ...over });
    const over = (id: string, ordinal: number): Instance =>
      ended(id, { correlationKey: 'order 1', ordinal, exclusive: true });

    beforeEach(async () => {
      store = await create();
    });

    it('are active one at a time: a second one is refused with its batch', async () => {
      await save({ instances: [alike('one', 1)] });
      const from = await store.progress(0);
      const both = changes({ instances: [alike('two', 2)], ledgers: [ledger(EVE)] });
      await expect(store.save(following(from, { changes: both }))).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      expect(await store.progress(0)).toEqual(from);
      expect(idsOf((await load(ADA)).instances)).toEqual(['one']);
      expect((await load(EVE)).ledgers).toEqual([]);
    });

    it('do not become active two in one batch', async () => {
      const both = save({ instances: [alike('one', 1), alike('two', 2)] });
      await expect(both).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    });

    it('end and begin in one batch, in whatever order they come', async () => {
      await save({ instances: [alike('one', 1)] });
      await save({ instances: [alike('three', 3), over('two', 2), over('one', 1)] });
      await save({ instances: [over('three', 3), alike('four', 4)] });
      expect(idsOf((await load(ADA)).instances)).toEqual(['four']);
      await expect(save({ instances: [alike('five', 5)] })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    });

    it('make room when they are handed on, and when they cease to be exclusive', async () => {
      await save({ instances: [alike('one', 1)] });
      const given = { id: 'm', from: ADA, to: BOB, journeys: [], assignments: {}, exposed: [], recent: [] };
      const removed = ['one' as InstanceId];
      await save({ instances: [alike('two', 2)], removed, moves: { given: [given], taken: [] } });
      const { exclusive: _, ...shared } = alike('two', 2);
      await save({ instances: [shared] });
      await save({ instances: [alike('three', 3)] });
      expect(idsOf((await load(ADA)).instances)).toEqual(['three', 'two']);
    });

    it('do not mind those that are not exclusive, or of another customer, key or journey', async () => {
      const shared = ['two', 'three'].map((id, i) => instance(id, { correlationKey: 'order 1', ordinal: i + 2 }));
      const his = alike('his', 1, { customerId: BOB });
      const others = [alike('a', 1, { correlationKey: 'order 2' }), alike('b', 1, { journeyId: 'welcome' })];
      await save({ instances: [...shared, alike('one', 1), his] });
      await save({ instances: others });
      expect((await load(ADA, BOB)).instances).toHaveLength(6);
    });
  });
}

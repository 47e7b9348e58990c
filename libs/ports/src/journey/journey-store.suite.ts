import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId, InstanceId } from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import { batchStoreSuite, type BatchProbe } from '../batch-store.suite.js';
import { following, saveNext } from '../testing/commit.js';
import {
  ADA,
  BOB,
  changes,
  count,
  ended,
  entry,
  EVE,
  idsOf,
  instance,
  KNOCK,
  ledger,
} from '../testing/journey-samples.js';
import { exclusiveInstancesSuite } from './exclusive-instances.suite.js';
import { journeyMemorySuite } from './journey-memory.suite.js';
import { journeyPagesSuite } from './journey-pages.suite.js';
import { journeyRetentionSuite } from './journey-retention.suite.js';
import { notEligibleSuite } from './not-eligible.suite.js';
import { NO_CONTROLS } from './journey-controls.js';
import {
  NOTHING_WANTED,
  type JourneyChanges,
  type JourneyState,
  type JourneyStore,
  type VariantCount,
} from './journey-store.js';

const NONE = { entered: 0, exposed: 0, converted: 0, value: 0 };

export const JOURNEY_PROBE: BatchProbe<JourneyChanges, JourneyStore> = {
  changes: changes({
    instances: [instance('probe')],
    ledgers: [ledger(EVE)],
    assignments: [{ customerId: EVE, seed: 's', variant: 'a' }],
    history: [{ customerId: EVE, entries: [entry(1)] }],
    notEligible: [{ customerId: EVE, entries: [entry(2)] }],
    counts: [count('entered', '')],
    variants: [{ journeyId: 'cart', version: 'cart-1', stepId: 't', variant: 'a', epoch: 1, ...NONE }],
  }),
  async isSaved(store) {
    const { ledgers, assignments } = await store.load({ ...NOTHING_WANTED, customerIds: [EVE] });
    const found = [
      ledgers.length,
      assignments.size,
      (await store.history(EVE, 9)).length,
      (await store.counts()).length,
      (await store.variantCounts()).length,
    ];
    return (await store.instance('probe' as InstanceId)) !== undefined || found.some((length) => length > 0);
  },
};

/** What every adapter of {@link JourneyStore} must do. `create` gives an empty store each time. */
export function journeyStoreSuite(name: string, create: () => Promise<JourneyStore>): void {
  batchStoreSuite(`journey, ${name}`, create, JOURNEY_PROBE);
  journeyMemorySuite(name, create);
  exclusiveInstancesSuite(name, create);
  journeyRetentionSuite(name, create);
  notEligibleSuite(name, create);

  describe(`JourneyStore: ${name}`, () => {
    let store: JourneyStore;
    const save = (over: Partial<JourneyChanges>, partition = 0): Promise<unknown> =>
      saveNext(store, { partition, changes: changes(over) });
    const load = (over: Partial<Parameters<JourneyStore['load']>[0]> = {}): Promise<JourneyState> =>
      store.load({
        partition: 0,
        customerIds: [],
        now: 0,
        dueMax: 100,
        recent: false,
        heirs: [],
        leavers: [],
        places: [],
        controls: NO_CONTROLS,
        pageMax: 2,
        ...over,
      });

    beforeEach(async () => {
      store = await create();
    });

    describe('instances', () => {
      it('are given back as they were saved last', async () => {
        const first = instance('i', { timers: { step: 5, lifetime: 90 }, stage: 'consider' });
        await save({ instances: [first] });
        expect(await store.instance(first.id)).toEqual(first);
        expect((await load({ customerIds: [ADA] })).instances).toEqual([first]);
        const second = ended('i', {
          timers: { conversion: 70 },
          step: 'bye',
          converted: { at: first.enteredAt, value: 2.5 },
        });
        await save({ instances: [second] });
        expect(await store.instance(first.id)).toEqual(second);
        expect((await load({ customerIds: [ADA] })).instances).toEqual([second]);
        expect(await store.instance('none' as InstanceId)).toBeUndefined();
      });

      it('are loaded for the customers asked for: active ones, and ended ones while their conversion window is open (R18)', async () => {
        await save({
          instances: [
            instance('active'),
            ended('open', { timers: { conversion: 900 } }),
            ended('over'),
            instance('his', { customerId: BOB }),
            instance('hers', { customerId: EVE }),
          ],
        });
        expect(idsOf((await load({ customerIds: [ADA, BOB] })).instances)).toEqual(['active', 'his', 'open']);
        expect((await load()).instances).toEqual([]);
      });

      it('are listed for a customer, newest first', async () => {
        const day = (n: number): Partial<Instance> => ({ enteredAt: `2026-05-0${n}T08:00:00.000Z` });
        await save({ instances: [instance('second', day(2)), ended('first', day(1)), instance('third', day(3))] });
        await save({ instances: [instance('his', { customerId: BOB, ...day(4) })] });
        const listed = async (limit: number): Promise<string[]> =>
          (await store.instances(ADA, limit)).map(({ id }) => id);
        expect(await listed(10)).toEqual(['third', 'second', 'first']);
        expect(await listed(2)).toEqual(['third', 'second']);
        expect(await listed(0)).toEqual([]);
      });

      it('are listed in one order when they were entered at the same moment', async () => {
        await save({ instances: ['b', 'd', 'a', 'c'].map((id) => instance(id)) });
        expect((await store.instances(ADA, 10)).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
      });

      it('are one for each journey, customer, key and ordinal (R1): a second one is refused with its batch', async () => {
        await save({ instances: [instance('i', { correlationKey: 'order 1' })] });
        const from = await store.progress(0);
        const twin = instance('twin', { correlationKey: 'order 1' });
        const refused = store.save(
          following(from, { changes: changes({ instances: [twin], ledgers: [ledger(EVE)] }) }),
        );
        await expect(refused).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
        expect(await store.progress(0)).toEqual(from);
        expect(await store.instance(twin.id)).toBeUndefined();
        expect((await load({ customerIds: [EVE] })).ledgers).toEqual([]);
      });
    });

    describe('what is due', () => {
      it('is loaded with everything of its customers, up to now and in its own partition', async () => {
        const due = instance('due', { timers: { lifetime: 500, step: 100 } });
        const other = instance('hers too', { journeyId: 'welcome' });
        const assignments = [{ customerId: ADA, seed: 's', variant: 'a' }];
        await save({ instances: [due, other, ended('over')], ledgers: [ledger(ADA)], assignments });
        await save({
          instances: [instance('his', { customerId: BOB, timers: { step: 101 } })],
          ledgers: [ledger(BOB)],
        });
        await save({ instances: [instance('elsewhere', { customerId: EVE, timers: { step: 1 } })] }, 1);
        const state = await load({ now: 100 });
        expect(idsOf(state.instances)).toEqual(['due', 'hers too']);
        expect(state.ledgers).toEqual([ledger(ADA)]);
        expect(state.assignments).toEqual(new Map([[ADA, { s: 'a' }]]));
        expect((await load({ now: 99 })).instances).toEqual([]);
      });

      it('is loaded longest due first, no more timers than asked for', async () => {
        const timers = { c: 30, a: 10, d: 40, b: 20 };
        await save({
          instances: Object.entries(timers).map(([id, step]) =>
            instance(id, { customerId: id as CustomerId, timers: { step } }),
          ),
        });
        const due = async (dueMax: number): Promise<string[]> => idsOf((await load({ now: 1_000, dueMax })).instances);
        expect(await due(0)).toEqual([]);
        expect(await due(1)).toEqual(['a']);
        expect(await due(3)).toEqual(['a', 'b', 'c']);
        expect(await due(9)).toEqual(['a', 'b', 'c', 'd']);
      });

      it('counts the customers of the batch apart, and gives nobody twice', async () => {
        await save({
          instances: [
            instance('a', { timers: { step: 10 } }),
            instance('b', { timers: { step: 20 } }),
            instance('c', { customerId: BOB, timers: { step: 30 } }),
          ],
        });
        const loaded = async (dueMax: number): Promise<string[]> =>
          idsOf((await load({ customerIds: [ADA], now: 100, dueMax })).instances);
        expect(await loaded(2)).toEqual(['a', 'b']);
        expect(await loaded(3)).toEqual(['a', 'b', 'c']);
      });

      it('is forgotten with the timer, and moves with it', async () => {
        await save({
          instances: [instance('a', { timers: { step: 10 } }), ended('b', { timers: { conversion: 20 } })],
        });
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBe(10);
        await save({ instances: [instance('a', { timers: { step: 50 } })] });
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBe(20);
        await save({ instances: [ended('b')] });
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBe(50);
        await save({ instances: [ended('a')] });
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBeUndefined();
        expect((await load({ now: 1_000 })).instances).toEqual([]);
      });

      it('is told of by the earliest timer of a partition', async () => {
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBeUndefined();
        await save({
          instances: [instance('a', { timers: { lifetime: 9_000_000_000_000, step: 700, conversion: 800 } })],
        });
        await save({ instances: [instance('b', { customerId: BOB, timers: { step: 3 } })] }, 1);
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBe(700);
        expect(await store.nextDueAt(1, NO_CONTROLS)).toBe(3);
        expect(await store.nextDueAt(2, NO_CONTROLS)).toBeUndefined();
      });
    });

    it('keeps one entry ledger for each journey, customer and key, as it was saved last (R2)', async () => {
      const its = [ledger(ADA), ledger(ADA, { correlationKey: 'order 1' }), ledger(ADA, { journeyId: 'welcome' })];
      await save({ ledgers: [...its, ledger(BOB)] });
      await save({ ledgers: [ledger(ADA, {}, 2)] });
      const { ledgers } = await load({ customerIds: [ADA] });
      expect(ledgers).toHaveLength(3);
      expect(ledgers).toEqual(expect.arrayContaining([ledger(ADA, {}, 2), ...its.slice(1)]));
    });

    it('keeps which variants have made a difference, and their first variant (R48)', async () => {
      const a = { customerId: ADA, seed: 's', variant: 'a' };
      await save({ assignments: [a, { ...a, seed: 't', exposed: true }, { ...a, seed: 't', variant: 'b' }] });
      expect((await load({ customerIds: [ADA, BOB] })).exposed).toEqual(new Map([[ADA, new Set(['t'])]]));
      await save({ assignments: [{ ...a, variant: 'b', exposed: true }] });
      const { exposed, assignments } = await load({ customerIds: [ADA] });
      expect([exposed.get(ADA), assignments.get(ADA)]).toEqual([new Set(['s', 't']), { s: 'a', t: 'a' }]);
    });

    it('keeps an assignment with its epoch, the first where none is said (R24)', async () => {
      const a = { customerId: ADA, seed: 's', variant: 'a', epoch: 3 };
      await save({ assignments: [a, { ...a, seed: 't', epoch: 1 }, { customerId: ADA, seed: 'u', variant: 'a' }] });
      await save({
        assignments: [
          { ...a, epoch: 4, exposed: true },
          { ...a, seed: 't', epoch: 2 },
        ],
      });
      await save({ assignments: [{ customerId: BOB, seed: 's', variant: 'a' }] });
      const { epochs, exposed } = await load({ customerIds: [ADA, BOB, EVE] });
      expect([epochs, exposed]).toEqual([new Map([[ADA, { s: 3 }]]), new Map([[ADA, new Set(['s'])]])]);
    });

    it('keeps the first assignment of a customer and seed (R47)', async () => {
      const assign = (
        customerId: CustomerId,
        seed: string,
        variant: string,
      ): JourneyChanges['assignments'][number] => ({
        customerId,
        seed,
        variant,
      });
      await save({
        assignments: [assign(ADA, 's', 'a'), assign(ADA, 's', 'b'), assign(ADA, 't', 'b'), assign(BOB, 's', 'b')],
      });
      await save({ assignments: [assign(ADA, 's', 'c'), assign(ADA, 'u', 'c')] });
      const { assignments } = await load({ customerIds: [ADA, BOB, EVE] });
      expect(assignments).toEqual(
        new Map([
          [ADA, { s: 'a', t: 'b', u: 'c' }],
          [BOB, { s: 'b' }],
        ]),
      );
    });

    describe('history', () => {
      beforeEach(async () => {
        await save({ history: [{ customerId: ADA, entries: [entry(1), entry(2, { messageId: 'm2' })] }] });
        await save({ history: [{ customerId: BOB, entries: [entry(3)] }] });
        for (let nth = 4; nth <= 12; nth += 1) await save({ history: [{ customerId: ADA, entries: [entry(nth)] }] });
        await save({ history: [{ customerId: ADA, entries: [entry(13), entry(14), entry(15)] }] });
      });

      const nths = async (limit: number, of = ADA): Promise<number[]> =>
        (await store.history(of, limit)).map(({ contextVersion }) => contextVersion);

      it('is given oldest first, as it was saved', async () => {
        expect(await nths(100)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        expect((await store.history(ADA, 100))[1]).toEqual(entry(2, { messageId: 'm2' }));
        expect(await nths(100, BOB)).toEqual([3]);
        expect(await nths(100, EVE)).toEqual([]);
      });

      it.each([
        { limit: 0, expected: [] },
        { limit: 2, expected: [14, 15] },
        { limit: 5, expected: [11, 12, 13, 14, 15] },
        { limit: 13, expected: [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] },
      ])('of which the newest $limit are asked for gives those', async ({ limit, expected }) => {
        expect(await nths(limit)).toEqual(expected);
      });
    });

    journeyPagesSuite({ store: () => store, save, instance, ended, ledger, event: { ...KNOCK, customerId: ADA } });

    it('adds counts up, over batches and partitions, for each version and key (R23)', async () => {
      await save({ counts: [count('entered', ''), count('converted', '', { value: 12.5 })] });
      await save({ counts: [count('entered', '', { count: 2 }), count('arrived', 'wait', { version: 'cart-2' })] });
      await save({ counts: [count('converted', '', { count: 2, value: 0.25 }), count('arrived', 'wait')] }, 1);
      const counts = await store.counts();
      expect(counts).toHaveLength(4);
      expect(counts).toEqual(
        expect.arrayContaining([
          count('entered', '', { count: 3 }),
          count('converted', '', { count: 3, value: 12.75 }),
          count('arrived', 'wait'),
          count('arrived', 'wait', { version: 'cart-2' }),
        ]),
      );
    });

    it('adds the results of variants up, each epoch by itself (R24)', async () => {
      const place = { journeyId: 'cart', version: 'cart-1', stepId: 'test', variant: 'a', epoch: 1 };
      const by = (over: Partial<VariantCount> = {}): VariantCount => ({ ...place, ...NONE, entered: 1, ...over });
      await save({ variants: [by(), by({ epoch: 2, exposed: 1 }), by({ variant: 'b' })] });
      await save({ variants: [by({ entered: 2, converted: 1, value: 2.5 }), by({ version: 'cart-2' })] });
      await save({ variants: [by({ value: 0.25 })] }, 1);
      const counts = await store.variantCounts();
      expect(counts).toHaveLength(4);
      expect(counts).toEqual(
        expect.arrayContaining([
          by({ entered: 4, converted: 1, value: 2.75 }),
          by({ epoch: 2, exposed: 1 }),
          by({ variant: 'b' }),
          by({ version: 'cart-2' }),
        ]),
      );
    });

    it('tells how many active instances are at each step of each version, wherever they are', async () => {
      await save({ instances: [instance('a'), instance('b'), ended('c'), instance('d', { version: 'cart-2' })] });
      await save({ instances: [instance('e', { customerId: BOB })] }, 1);
      await save({ instances: [instance('b', { step: 'remind' })] });
      const at = (step: string, of: number, version = 'cart-1'): unknown => ({
        journeyId: 'cart',
        version,
        step,
        count: of,
      });
      const population = await store.population();
      expect(population).toHaveLength(3);
      expect(population).toEqual(expect.arrayContaining([at('wait', 2), at('remind', 1), at('wait', 1, 'cart-2')]));
    });
  });
}

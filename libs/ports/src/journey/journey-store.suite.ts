import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerEvent, CustomerId, InstanceId } from '@waymark/contracts';
import type { EntryLedger, Instance } from '@waymark/journey-engine';
import { batchStoreSuite, type BatchProbe } from '../batch-store.suite.js';
import { following, saveNext } from '../testing/commit.js';
import { journeyPagesSuite } from './journey-pages.suite.js';
import { NO_CONTROLS, type ControlsInUse, type QueuedEntrant } from './journey-controls.js';
import type {
  CustomerMove,
  EntryKey,
  HistoryEntry,
  JourneyChanges,
  JourneyCount,
  JourneyState,
  JourneyStore,
} from './journey-store.js';

const ADA = 'ada' as CustomerId;
const BOB = 'bob' as CustomerId;
const EVE = 'eve' as CustomerId;
const SEEN = {
  name: 'Cart Updated',
  properties: { total: 1, note: 'Zoë\u0000' },
  messageId: 'm1',
  timestamp: '2026-05-04T08:00:00.000Z',
};

const KNOCK = {
  ...SEEN,
  schemaVersion: 1,
  type: 'track',
  source: 'shop',
  traits: {},
  receivedAt: SEEN.timestamp,
  contextVersion: 1,
} as unknown as CustomerEvent;

const NOTHING = {
  now: 0,
  dueMax: 0,
  customerIds: [],
  heirs: [],
  recent: false,
  places: [],
  controls: NO_CONTROLS,
  pageMax: 0,
};

/** An active instance; its id names what the journey's database constraint is about (R1). */
function instance(id: string, over: Partial<Instance> = {}): Instance {
  return {
    id: id as InstanceId,
    journeyId: 'cart',
    version: 'cart-1',
    customerId: ADA,
    correlationKey: id,
    ordinal: 1,
    status: 'active',
    step: 'wait',
    enteredAt: '2026-05-04T08:00:00.000Z',
    stepEnteredAt: '2026-05-04T08:00:00.000Z',
    visits: { wait: 1 },
    visitsTotal: 1,
    entry: SEEN,
    event: SEEN,
    steps: { wait: { at: '2026-05-04T08:00:00.000Z' } },
    timers: {},
    ...over,
  };
}

function ended(id: string, over: Partial<Instance> = {}): Instance {
  return instance(id, { status: 'ended', endedAt: '2026-05-05T08:00:00.000Z', reason: 'finished', ...over });
}

function ledger(customerId: CustomerId, over: Partial<EntryKey> = {}, entries = 1): EntryKey & { ledger: EntryLedger } {
  const lastEntryAt = '2026-05-04T08:00:00.000Z';
  return { journeyId: 'cart', correlationKey: '', ...over, customerId, ledger: { entries, active: 1, lastEntryAt } };
}

function entry(nth: number, over: Partial<HistoryEntry> = {}): HistoryEntry {
  const at = new Date(Date.UTC(2026, 4, 4) + nth).toISOString();
  return {
    at,
    journeyId: 'cart',
    version: 'cart-1',
    contextVersion: nth,
    trace: [{ at, what: 'ended', reason: 'Zoë\u0000', stepId: 's' }],
    ...over,
  };
}

function count(what: JourneyCount['what'], key: string, by: Partial<JourneyCount> = {}): JourneyCount {
  return { journeyId: 'cart', version: 'cart-1', what, key, count: 1, value: 0, ...by };
}

function changes(over: Partial<JourneyChanges>): JourneyChanges {
  return {
    instances: [],
    ledgers: [],
    assignments: [],
    history: [],
    counts: [],
    recent: [],
    places: [],
    entrants: { queued: [], gone: [] },
    removed: [],
    moves: { given: [], taken: [] },
    ...over,
  };
}

const idsOf = (instances: readonly Instance[]): string[] => instances.map(({ id }) => id).sort();

export const JOURNEY_PROBE: BatchProbe<JourneyChanges, JourneyStore> = {
  changes: changes({
    instances: [instance('probe')],
    ledgers: [ledger(EVE)],
    assignments: [{ customerId: EVE, seed: 's', variant: 'a' }],
    history: [{ customerId: EVE, entries: [entry(1)] }],
    counts: [count('entered', '')],
  }),
  async isSaved(store) {
    const { ledgers, assignments } = await store.load({
      partition: 0,
      customerIds: [EVE],
      now: 0,
      dueMax: 0,
      recent: false,
      heirs: [],
      places: [],
      controls: NO_CONTROLS,
      pageMax: 0,
    });
    const found = [
      ledgers.length,
      assignments.size,
      (await store.history(EVE, 9)).length,
      (await store.counts()).length,
    ];
    return (await store.instance('probe' as InstanceId)) !== undefined || found.some((length) => length > 0);
  },
};

/** What every adapter of {@link JourneyStore} must do. `create` gives an empty store each time. */
export function journeyStoreSuite(name: string, create: () => Promise<JourneyStore>): void {
  batchStoreSuite(`journey, ${name}`, create, JOURNEY_PROBE);

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
        places: [],
        controls: NO_CONTROLS,
        pageMax: 2,
        ...over,
      });

    beforeEach(async () => {
      store = await create();
    });

    describe('what is said of journeys', () => {
      const entrant = (id: string, expiresAt: number, journeyId = 'cart'): QueuedEntrant => ({
        id,
        journeyId,
        event: { ...KNOCK, customerId: ADA },
        expiresAt,
      });
      const paused: ControlsInUse = { ...NO_CONTROLS, queueing: ['cart'], mayHaveEntrants: true };
      const open: ControlsInUse = { ...paused, queueing: [] };
      const queue = (...queued: QueuedEntrant[]): Promise<unknown> => save({ entrants: { queued, gone: [] } });

      it('lets entrants wait until they have waited too long, the first of them first', async () => {
        await queue(entrant('b', 60), entrant('a', 50));
        await queue(entrant('a', 70));
        expect(await store.nextDueAt(0, paused)).toBe(50);
        expect((await load({ controls: paused, now: 49 })).entrants).toEqual([]);
        expect((await load({ controls: paused, now: 50 })).entrants).toEqual([entrant('a', 50)]);
        expect((await load({ controls: paused, now: 60 })).entrants.map(({ id }) => id)).toEqual(['a', 'b']);
        expect(await store.entrantCount('cart')).toBe(2);
      });

      it('lets them in where the door is open again, with all that is known of them', async () => {
        await queue(entrant('a', 50));
        await save({ ledgers: [ledger(ADA)] });
        expect(await store.nextDueAt(0, open)).toBe(0);
        expect(await load({ controls: open })).toMatchObject({ entrants: [entrant('a', 50)], ledgers: [ledger(ADA)] });
        await save({ entrants: { queued: [], gone: ['a'] } });
        expect(await store.nextDueAt(0, open)).toBeUndefined();
        expect(await store.entrantCount('cart')).toBe(0);
      });

      it('leaves the entrants of another partition to it', async () => {
        await saveNext(store, {
          partition: 1,
          changes: changes({ entrants: { queued: [entrant('a', 50)], gone: [] } }),
        });
        expect((await load({ controls: open, now: 99 })).entrants).toEqual([]);
        expect(await store.nextDueAt(0, open)).toBeUndefined();
      });

      it('lets timers of a frozen journey stand still, and of no other', async () => {
        await save({ instances: [instance('i', { timers: { step: 5 } })] });
        await save({ instances: [instance('other', { journeyId: 'other', customerId: BOB, timers: { step: 7 } })] });
        const frozen = { ...NO_CONTROLS, frozen: ['cart'] };
        expect(await store.nextDueAt(0, frozen)).toBe(7);
        expect(idsOf((await load({ controls: frozen, now: 9 })).instances)).toEqual(['other']);
        expect(idsOf((await load({ controls: frozen, now: 9, customerIds: [ADA] })).instances)).toEqual(['i', 'other']);
      });

      const job = { jobId: 'j', journeyId: 'cart', freezes: true };
      const withJob = { ...NO_CONTROLS, jobs: [job] };

      it('gives a job page after page of the active instances of its journey', async () => {
        await save({ instances: ['c', 'a', 'b'].map((id) => instance(id, { customerId: id as CustomerId })) });
        await save({ instances: [ended('d'), instance('e', { journeyId: 'other' })] });
        await saveNext(store, { partition: 1, changes: changes({ instances: [instance('f')] }) });
        const first = await load({ controls: withJob });
        expect(first.page).toEqual({ jobId: 'j', instanceIds: ['a', 'b'], isLast: false });
        expect(first.jobs).toEqual([{ jobId: 'j', cursor: '', isDone: false, counts: {}, nextAt: 0 }]);
        expect(idsOf(first.instances)).toEqual(['a', 'b']);
        await save({ job: { jobId: 'j', cursor: 'b', isDone: false, counts: { moved: 2 }, nextAt: 30 } });
        expect(await store.nextDueAt(0, withJob)).toBe(30);
        expect((await load({ controls: withJob, now: 29 })).page).toBeUndefined();
        expect((await load({ controls: withJob, now: 30 })).page).toEqual({
          jobId: 'j',
          instanceIds: ['c'],
          isLast: true,
        });
      });

      it('is done with a job for good, in one partition', async () => {
        const done = { jobId: 'j', cursor: 'c', isDone: true, counts: { moved: 3 }, nextAt: 30 };
        await save({ job: done });
        expect(await load({ controls: withJob, now: 99 })).toMatchObject({ jobs: [] });
        expect((await load({ controls: withJob, now: 99 })).page).toBeUndefined();
        expect(await store.nextDueAt(0, withJob)).toBeUndefined();
        expect(await store.nextDueAt(1, withJob)).toBe(0);
        expect(await store.jobProgress('j')).toEqual([done]);
        expect(await store.jobProgress('k')).toEqual([]);
      });

      it('works on the first of several jobs, and lets timers stand still until one that freezes is done', async () => {
        await save({ instances: [instance('i', { timers: { step: 5 } })] });
        const two = { ...NO_CONTROLS, jobs: [{ ...job, jobId: 'k', freezes: false }, job] };
        expect((await load({ controls: two, now: 9 })).page).toMatchObject({ jobId: 'k' });
        await save({ job: { jobId: 'k', cursor: 'i', isDone: true, counts: {}, nextAt: 0 } });
        expect((await load({ controls: two, now: 9 })).page).toMatchObject({ jobId: 'j' });
        expect(await store.nextDueAt(0, { ...two, jobs: [job] })).toBe(0);
        await save({ job: { jobId: 'j', cursor: 'i', isDone: true, counts: {}, nextAt: 0 } });
        expect(await store.nextDueAt(0, two)).toBe(5);
        expect(idsOf((await load({ controls: two, now: 9 })).instances)).toEqual(['i']);
      });
    });

    describe('what goes over to another customer (R61)', () => {
      const move = (id: string, from: CustomerId, to: CustomerId): CustomerMove => ({
        id,
        from,
        to,
        journeys: [{ journeyId: 'cart', correlationKey: 'i', ledger: ledger(from).ledger, instances: [instance('i')] }],
        assignments: { s: 'a' },
        recent: [{ ...SEEN, cause: { instanceId: 'i' as InstanceId } }],
      });

      it('is put down in one partition, with the instances gone, and taken up in another', async () => {
        await save({ instances: [instance('i', { timers: { step: 5 } })] });
        await save({ removed: ['i' as InstanceId], moves: { given: [move('m', ADA, BOB)], taken: [] } });
        expect(await store.instance('i' as InstanceId)).toBeUndefined();
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBeUndefined();
        const wanted = { ...NOTHING, partition: 1, customerIds: [BOB], heirs: [BOB] };
        expect((await store.load(wanted)).moves).toEqual([move('m', ADA, BOB)]);
        expect((await store.load({ ...wanted, heirs: [ADA] })).moves).toEqual([]);
        const arrived = instance('i', { customerId: BOB, timers: { step: 5 } });
        await saveNext(store, {
          partition: 1,
          changes: changes({ instances: [arrived], moves: { given: [], taken: ['m'] } }),
        });
        expect((await store.load(wanted)).moves).toEqual([]);
        expect(await store.instance('i' as InstanceId)).toEqual(arrived);
        expect([await store.nextDueAt(0, NO_CONTROLS), await store.nextDueAt(1, NO_CONTROLS)]).toEqual([undefined, 5]);
      });

      it('leaves the place of an instance that is gone to the next one (R1)', async () => {
        await save({ instances: [instance('i', { correlationKey: '' })] });
        await save({ removed: ['i' as InstanceId] });
        await save({ instances: [instance('j', { correlationKey: '' })] });
        expect(idsOf((await load({ customerIds: [ADA] })).instances)).toEqual(['j']);
      });
    });

    describe('recent events (R8)', () => {
      const recent = (customerId: CustomerId, ...ids: string[]): JourneyChanges['recent'][number] => ({
        customerId,
        events: ids.map((messageId) => ({ ...SEEN, messageId })),
        keepUntil: 500,
      });

      it('are given back as they were saved last, in their order, where they are asked for', async () => {
        await save({ recent: [recent(ADA, 'a', 'b'), recent(BOB, 'c')] });
        const bobs = recent(BOB, 'c', 'd');
        await save({ recent: [bobs] });
        const found = await load({ customerIds: [ADA, BOB, EVE], recent: true });
        expect(found.recent).toEqual(
          new Map([
            [ADA, recent(ADA, 'a', 'b').events],
            [BOB, bobs.events],
          ]),
        );
        expect((await load({ customerIds: [ADA] })).recent.size).toBe(0);
      });

      it('are also those of customers with something due', async () => {
        await save({ instances: [instance('i', { timers: { step: 5 } })], recent: [recent(ADA, 'a')] });
        expect((await load({ now: 5, recent: true })).recent.get(ADA)).toHaveLength(1);
      });
    });

    describe('places of an entry cap (R5)', () => {
      const asked = { places: [{ journeyId: 'cart', since: 100 }] };
      const enter = (expected: number, ...enteredAt: number[]): Promise<unknown> =>
        save({ places: [{ journeyId: 'cart', expected, enteredAt, since: 0 }] });

      it('are none before anybody has entered', async () => {
        expect((await load(asked)).places).toEqual([{ journeyId: 'cart', taken: 0, version: 0 }]);
      });

      it('count within the window, over all partitions', async () => {
        await enter(0, 100, 101);
        await saveNext(store, {
          partition: 1,
          changes: changes({ places: [{ journeyId: 'cart', expected: 1, enteredAt: [102], since: 0 }] }),
        });
        expect((await load(asked)).places).toEqual([{ journeyId: 'cart', taken: 2, version: 2 }]);
        expect((await load({ places: [{ journeyId: 'other', since: 0 }] })).places).toMatchObject([{ taken: 0 }]);
      });

      it('cannot be taken by a count that is behind: nothing is saved', async () => {
        await enter(0, 101);
        const late = {
          places: [{ journeyId: 'cart', expected: 0, enteredAt: [102], since: 0 }],
          instances: [instance('i')],
        };
        await expect(save(late)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
        expect(await store.instance('i' as InstanceId)).toBeUndefined();
        expect((await load(asked)).places).toEqual([{ journeyId: 'cart', taken: 1, version: 1 }]);
      });

      it('are forgotten when they are out of the window', async () => {
        await enter(0, 101, 150);
        await save({ places: [{ journeyId: 'cart', expected: 1, enteredAt: [200], since: 101 }] });
        expect((await load({ places: [{ journeyId: 'cart', since: 0 }] })).places).toMatchObject([{ taken: 2 }]);
      });
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

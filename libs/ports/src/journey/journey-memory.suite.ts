import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId, InstanceId } from '@waymark/contracts';
import { saveNext } from '../testing/commit.js';
import { ADA, BOB, changes, ended, EVE, idsOf, instance, KNOCK, ledger, SEEN } from '../testing/journey-samples.js';
import { NO_CONTROLS, type ControlsInUse, type QueuedEntrant } from './journey-controls.js';
import {
  NOTHING_WANTED,
  type CustomerMove,
  type JourneyChanges,
  type JourneyState,
  type JourneyStore,
} from './journey-store.js';

/** What a {@link JourneyStore} keeps beside the instances: what is said of journeys, what goes over, what came before, places. */
export function journeyMemorySuite(name: string, create: () => Promise<JourneyStore>): void {
  describe(`JourneyStore, beside its instances: ${name}`, () => {
    let store: JourneyStore;
    const save = (over: Partial<JourneyChanges>, partition = 0): Promise<unknown> =>
      saveNext(store, { partition, changes: changes(over) });
    const load = (over: Partial<Parameters<JourneyStore['load']>[0]> = {}): Promise<JourneyState> =>
      store.load({ ...NOTHING_WANTED, partition: 0, dueMax: 100, pageMax: 2, ...over });

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

      it('knows who of those that are given up waits, whether the door is open or not (R61)', async () => {
        const bobs = { ...entrant('c', 40), event: { ...KNOCK, customerId: BOB } };
        const eves = { ...entrant('a', 50), origin: EVE };
        await queue(entrant('b', 60), eves, bobs);
        expect((await load({ leavers: [ADA] })).leaving).toEqual([eves, entrant('b', 60)]);
        expect((await load({ controls: paused, now: 50 })).entrants).toEqual([bobs, eves]);
        expect((await load({ leavers: [EVE] })).leaving).toEqual([]);
        expect((await load({ customerIds: [ADA] })).leaving).toEqual([]);
        expect((await store.load({ ...NOTHING_WANTED, partition: 1, leavers: [ADA] })).leaving).toEqual([]);
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
        entrants: [{ id: 'e', journeyId: 'cart', event: { ...KNOCK, customerId: from }, expiresAt: 50 }],
        id,
        from,
        to,
        journeys: [{ journeyId: 'cart', correlationKey: 'i', ledger: ledger(from).ledger, instances: [instance('i')] }],
        assignments: { s: 'a' },
        exposed: ['s'],
        recent: [{ ...SEEN, cause: { instanceId: 'i' as InstanceId } }],
      });

      it('is put down in one partition, with the instances gone, and taken up in another', async () => {
        await save({ instances: [instance('i', { timers: { step: 5 } })] });
        await save({ removed: ['i' as InstanceId], moves: { given: [move('m', ADA, BOB)], taken: [] } });
        expect(await store.instance('i' as InstanceId)).toBeUndefined();
        expect(await store.nextDueAt(0, NO_CONTROLS)).toBeUndefined();
        const wanted = { ...NOTHING_WANTED, partition: 1, customerIds: [BOB], heirs: [BOB] };
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
  });
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import { SCHEMA_VERSION, type CustomerEvent, type CustomerId, type MessageId, type SourceId } from '@waymark/contracts';
import { emptyContext } from '@waymark/customer-context';
import { saveNext } from '../testing/commit.js';
import type { IngestionChanges, IngestionStore, ProfileChange } from './ingestion-store.js';
import { UNMARKED, type Member, type ScheduleState, type SegmentMark } from './segment-store.js';

const id = (name: string): CustomerId => name as CustomerId;

function profile(name: string, mark: Partial<SegmentMark> = {}, from = 0, to = from + 1): ProfileChange {
  return { context: { ...emptyContext(id(name)), version: to }, expectedVersion: from, mark: { ...UNMARKED, ...mark } };
}

function member(segmentId: string, name: string, since = 5): Member {
  return { segmentId, customerId: id(name), since };
}

function schedule(journeyId: string, over: Partial<ScheduleState> = {}): ScheduleState {
  const rule = { cron: '0 9 * * 1', zone: 'Europe/Paris', segmentId: 'pro' };
  return { journeyId, ...rule, doneAt: 100, dueAt: undefined, after: undefined, ...over };
}

/** What every adapter of an ingestion store must do for segments and schedules. */
export function segmentStoreSuite(name: string, create: () => Promise<IngestionStore>): void {
  describe(`SegmentStore: ${name}`, () => {
    let store: IngestionStore;
    const save = (over: Partial<IngestionChanges>, partition = 0): Promise<unknown> =>
      saveNext(store, { partition, changes: { events: [], identities: [], profiles: [], mismatches: 0, ...over } });
    const due = (now: number, over: { partition?: number; set?: string; max?: number } = {}): Promise<CustomerId[]> =>
      store.toEvaluate({ partition: 0, set: 'now', max: 10, now, ...over });
    const sorted = async (found: Promise<CustomerId[]>): Promise<CustomerId[]> => (await found).sort();

    beforeEach(async () => {
      store = await create();
    });

    it('gives back how far the evaluation of a profile has come; at first not at all', async () => {
      const mark = { set: 'now', at: 7, dueAt: 1_777_000_000_000 };
      const { context, expectedVersion } = profile('bob');
      await save({ profiles: [profile('ada', mark), { context, expectedVersion }] });
      expect(await store.people([id('ada'), id('bob'), id('eve')])).toEqual(
        new Map([
          [id('ada'), { context: profile('ada').context, mark }],
          [id('bob'), { context, mark: UNMARKED }],
        ]),
      );
      expect(await store.profiles([id('ada')])).toEqual(new Map([[id('ada'), profile('ada').context]]));
    });

    it('changes a mark alone, and only of the version it was made from', async () => {
      await save({ profiles: [profile('ada', { set: 'old', dueAt: 5 })] });
      await save({ profiles: [profile('ada', { set: 'now', at: 9 }, 1, 1)] });
      expect((await store.people([id('ada')])).get(id('ada'))).toEqual({
        context: profile('ada').context,
        mark: { set: 'now', at: 9, dueAt: undefined },
      });
      await expect(save({ profiles: [profile('ada', {}, 2, 2)] })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    });

    it('finds who is due, up to now and so many, earliest first, and when the next one is', async () => {
      const at = { set: 'now', at: 1 };
      const profiles = [40, 10, 30, 20].map((dueAt) => profile(`c${dueAt}`, { ...at, dueAt }));
      await save({ profiles: [...profiles, profile('never', at)] });
      expect(await sorted(due(30))).toEqual(['c10', 'c20', 'c30']);
      expect(await sorted(due(99, { max: 2 }))).toEqual(['c10', 'c20']);
      expect(await due(9)).toEqual([]);
      expect(await store.nextEvaluationAt(0, 'now')).toBe(10);
      await save({ profiles: [profile('c10', at, 1, 1)] });
      expect(await store.nextEvaluationAt(0, 'now')).toBe(20);
    });

    it('finds who was evaluated for another set, whatever it is called, in pages', async () => {
      await save({ profiles: ['a', '', 'z', 'now'].map((set, n) => profile(`c${n}`, { set })) });
      expect(await sorted(due(0))).toEqual(['c0', 'c1', 'c2']);
      expect(await sorted(due(0, { set: '' }))).toEqual(['c0', 'c2', 'c3']);
      expect(await store.nextEvaluationAt(0, 'now')).toBe(0);
      const page = await due(0, { max: 1 });
      expect(page.length).toBeGreaterThan(0);
      expect(page.length).toBeLessThan(3);
      for (const n of [0, 1, 2]) await save({ profiles: [profile(`c${n}`, { set: 'now' }, 1, 1)] });
      expect(await due(0)).toEqual([]);
      expect(await store.nextEvaluationAt(0, 'now')).toBeUndefined();
    });

    it('leaves a profile to the partition that wrote it last', async () => {
      await save({ profiles: [profile('ada', { set: 'now', dueAt: 5 })] }, 3);
      expect([await due(9), await due(9, { partition: 3 })]).toEqual([[], ['ada']]);
      await save({ profiles: [profile('ada', { set: 'now', dueAt: 6 }, 1)] }, 1);
      expect([await due(9, { partition: 3 }), await due(9, { partition: 1 })]).toEqual([[], ['ada']]);
      expect([await store.nextEvaluationAt(3, 'now'), await store.nextEvaluationAt(1, 'now')]).toEqual([undefined, 6]);
    });

    it('lists and counts the members of all partitions, by id and in pages', async () => {
      const names = ['ada', 'bob', 'cleo', 'dan'];
      await save({ members: { entered: names.slice(0, 2).map((each) => member('pro', each)), left: [] } });
      await save({ members: { entered: [member('pro', 'cleo'), member('new', 'dan')], left: [] } }, 1);
      expect(await store.members('pro', { after: undefined, limit: 2 })).toEqual(['ada', 'bob']);
      expect(await store.members('pro', { after: 'bob', limit: 2 })).toEqual(['cleo']);
      expect(await store.members('none', { after: undefined, limit: 2 })).toEqual([]);
      expect(await store.memberCounts()).toEqual(
        new Map([
          ['pro', 3],
          ['new', 1],
        ]),
      );
      await save({ members: { entered: [], left: [{ segmentId: 'pro', customerId: id('cleo') }] } });
      await save({ members: { entered: [], left: [{ segmentId: 'new', customerId: id('dan') }] } });
      expect(await store.memberCounts()).toEqual(new Map([['pro', 2]]));
    });

    it('gives the members to tell: those who entered in the partition, not too late, behind the cursor', async () => {
      const names = ['ada', 'bob', 'cleo', 'dan', 'eve'];
      await save({ profiles: names.map((each, n) => profile(each, {}, 0, n + 1)) });
      await save({
        members: { entered: [member('pro', 'ada'), member('pro', 'cleo', 9), member('pro', 'dan', 10)], left: [] },
      });
      await save({ members: { entered: [member('pro', 'bob'), member('new', 'eve')], left: [] } }, 1);
      const tell = (after: string | undefined, max = 10): Promise<unknown> =>
        store.membersToTell({ partition: 0, segmentId: 'pro', until: 9, after: after as CustomerId, max });
      expect(await tell(undefined)).toEqual([
        { customerId: 'ada', version: 1 },
        { customerId: 'cleo', version: 3 },
      ]);
      expect(await tell(undefined, 1)).toEqual([{ customerId: 'ada', version: 1 }]);
      expect(await tell('ada')).toEqual([{ customerId: 'cleo', version: 3 }]);
      expect(await tell('cleo')).toEqual([]);
    });

    it('keeps how far schedules have come in each partition', async () => {
      const begun = schedule('digest', { dueAt: 200, after: id('bob') });
      await save({ schedules: { kept: [begun, schedule('news')], gone: [] } });
      await save({ schedules: { kept: [schedule('digest')], gone: [] } }, 1);
      const ofFirst = await store.schedules(0);
      expect(ofFirst.sort((a, b) => (a.journeyId < b.journeyId ? -1 : 1))).toEqual([begun, schedule('news')]);
      await save({ schedules: { kept: [schedule('digest', { doneAt: 200 })], gone: ['news', 'unknown'] } });
      expect(await store.schedules(0)).toEqual([schedule('digest', { doneAt: 200 })]);
      expect(await store.schedules(1)).toEqual([schedule('digest')]);
      expect(await store.schedules(2)).toEqual([]);
    });

    it('archives events that ingestion has made, and lets whoever was first with an id keep it', async () => {
      const made = (messageId: string, version: number): CustomerEvent => ({
        schemaVersion: SCHEMA_VERSION,
        type: 'track',
        messageId: messageId as MessageId,
        source: 'waymark' as SourceId,
        customerId: id('ada'),
        name: 'Segment Entered',
        properties: { segmentId: 'pro' },
        traits: {},
        timestamp: '2026-05-04T08:00:00.000Z',
        receivedAt: '2026-05-04T08:00:00.000Z',
        contextVersion: version,
      });
      await save({ made: [made('m1', 1), made('m2', 2)] });
      await save({ made: [made('m2', 9), made('m3', 3)] });
      const stored = await store.events(id('ada'), 10);
      expect(stored.map(({ event }) => [event.messageId, event.contextVersion])).toEqual([
        ['m3', 3],
        ['m2', 2],
        ['m1', 1],
      ]);
      expect(stored[0]).toMatchObject({ event: made('m3', 3), violations: [], blocked: false });
    });
  });
}

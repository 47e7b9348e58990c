import { beforeEach, describe, expect, it } from '@jest/globals';
import { SCHEMA_VERSION, type NewRecord, type Resource, type WorkspaceChange } from '@waymark/contracts';
import type { BatchStore, Progress } from './batch-store.js';
import type { EventLog } from './event-log.js';
import { following, saveNext } from './testing/commit.js';

/** Changes of a store's own by which one sees whether a batch was saved. */
export interface BatchProbe<C, S extends BatchStore<C>> {
  changes: C;
  isSaved(store: S): Promise<boolean>;
}

const ZERO: Progress = { version: 0, nextOffset: 0, nextSequence: 0, seen: {} };
const OUTPUTS: NewRecord[] = [
  { topic: 'events', key: 'Zoë', value: ' {"a": "\\u0000"} ', headers: { 'wm-source': 'ingestion/0', 'wm-seq': '0' } },
  { topic: 'dead-letters', key: 'b', value: '"東"', partition: 1 },
];

function event(id: string, name = id): Resource {
  return { kind: 'event', id, name, onViolation: 'allow', properties: { const: '\u0000' } };
}

function put(resource: Resource, version: string): WorkspaceChange['changes'][number] {
  return { op: 'put', version: version as never, resource };
}

function change(revision: number, changes: WorkspaceChange['changes']): WorkspaceChange {
  return { schemaVersion: SCHEMA_VERSION, type: 'workspace', revision, changes, appliedAt: '2026-05-04T08:00:00.000Z' };
}

/** Everything a store tells of a partition, to see that nothing has changed. */
async function picture<C>(store: BatchStore<C>, partition = 0): Promise<unknown> {
  const [progress, pending, active] = await Promise.all([
    store.progress(partition),
    store.pending(partition),
    store.activeResources(partition),
  ]);
  return { progress, pending, active };
}

const codeOf = (reason: unknown): unknown => (reason as { code?: unknown }).code;

/** What every adapter of {@link BatchStore} must do where its log is not part of the transaction. `create` gives an empty store each time. */
export function batchStoreSuite<C, S extends BatchStore<C>>(
  name: string,
  create: () => Promise<S>,
  probe: BatchProbe<C, S>,
): void {
  describe(`BatchStore: ${name}`, () => {
    let store: S;

    beforeEach(async () => {
      store = await create();
    });

    describe('progress', () => {
      it('is all zeros in a partition never seen', async () => {
        expect(await picture(store, 7)).toEqual({
          progress: ZERO,
          pending: [],
          active: { revision: 0, resources: [] },
        });
      });

      it('is given back as it was saved, for each partition of its own', async () => {
        const to = {
          version: 1,
          nextOffset: 12_345_678_901,
          nextSequence: 9,
          seen: { 'journey-state/3': 41, 'Zoë/0': 0 },
        };
        await store.save(following(ZERO, { partition: 1, to }));
        expect(await store.progress(1)).toEqual(to);
        expect(await store.progress(0)).toEqual(ZERO);
      });

      it('moves without changes too', async () => {
        await saveNext(store);
        await saveNext(store);
        expect(await store.progress(0)).toEqual({ ...ZERO, version: 2, nextOffset: 2 });
      });
    });

    describe('one owner (P2)', () => {
      it('commits changes together with the progress (P1)', async () => {
        expect(await probe.isSaved(store)).toBe(false);
        await saveNext(store, { changes: probe.changes });
        expect(await probe.isSaved(store)).toBe(true);
        expect((await store.progress(0)).version).toBe(1);
      });

      it.each([
        { what: 'has never saved', saves: 1 },
        { what: 'has saved before', saves: 2 },
      ])('fences off a former owner who $what, and saves nothing of his batch (P1)', async ({ saves }) => {
        for (let save = 1; save < saves; save += 1) await saveNext(store);
        const from = await store.progress(0);
        await saveNext(store, { outputs: OUTPUTS });
        const before = await picture(store);

        const workspace = change(5, [put(event('late'), 'late-1')]);
        const late = store.save(following(from, { changes: probe.changes, outputs: OUTPUTS, workspace }));
        await expect(late).rejects.toMatchObject({ code: 'FENCED', kind: 'conflict' });

        expect(await picture(store)).toEqual(before);
        expect(await probe.isSaved(store)).toBe(false);
        expect(await store.resourceVersions([{ kind: 'event', id: 'late', version: 'late-1' }])).toEqual(new Map());
      });

      it('fences off a progress that was never saved', async () => {
        const ahead = { ...ZERO, version: 3 };
        await expect(store.save(following(ahead))).rejects.toMatchObject({ code: 'FENCED' });
        await saveNext(store);
        await expect(store.save(following(ahead))).rejects.toMatchObject({ code: 'FENCED' });
        expect((await store.progress(0)).version).toBe(1);
      });

      it.each([{ saves: 0 }, { saves: 3 }])(
        'lets exactly one of many commit from the same progress, after $saves saves',
        async ({ saves }) => {
          for (let save = 0; save < saves; save += 1) await saveNext(store);
          const from = await store.progress(0);
          const tries = Array.from({ length: 8 }, (_, nth) =>
            store.save(following(from, { outputs: [{ topic: 'events', key: 'a', value: String(nth) }] })),
          );
          const results = await Promise.allSettled(tries);
          const winner = results.findIndex(({ status }) => status === 'fulfilled');
          const lost = results.flatMap((result) => (result.status === 'rejected' ? [codeOf(result.reason)] : []));
          expect(lost).toEqual(Array.from({ length: 7 }, () => 'FENCED'));
          expect((await store.progress(0)).version).toBe(saves + 1);
          const values = (await store.pending(0)).flatMap(({ outputs }) => outputs.map(({ value }) => value));
          expect(values).toEqual([String(winner)]);
        },
      );

      it('lets the owners of different partitions commit at the same time', async () => {
        await Promise.all([0, 1, 2, 3].map((partition) => saveNext(store, { partition })));
        expect(await Promise.all([0, 1, 2, 3].map((partition) => store.progress(partition)))).toEqual(
          Array.from({ length: 4 }, () => ({ ...ZERO, version: 1, nextOffset: 1 })),
        );
      });
    });

    describe('the outbox (P3)', () => {
      it('keeps outputs as they were given, oldest batch first, until they are cleared', async () => {
        const more: NewRecord[] = [{ topic: 'actions', key: 'c', value: '3' }];
        expect(await saveNext(store, { outputs: OUTPUTS })).toBe('pending');
        expect(await saveNext(store, { outputs: [] })).toBe('published');
        expect(await saveNext(store, { outputs: more })).toBe('pending');
        expect(await store.pending(0)).toEqual([
          { partition: 0, version: 1, outputs: OUTPUTS },
          { partition: 0, version: 3, outputs: more },
        ]);
        await store.clear({ partition: 0, version: 1 });
        expect(await store.pending(0)).toEqual([{ partition: 0, version: 3, outputs: more }]);
      });

      it('keeps the order of the batches beyond nine', async () => {
        for (let batch = 1; batch <= 11; batch += 1) await saveNext(store, { outputs: OUTPUTS });
        expect((await store.pending(0)).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      });

      it('clears once, and only in its own partition', async () => {
        await saveNext(store, { outputs: OUTPUTS });
        await saveNext(store, { partition: 1, outputs: OUTPUTS });
        await store.clear({ partition: 0, version: 1 });
        await store.clear({ partition: 0, version: 1 });
        expect(await store.pending(0)).toEqual([]);
        expect(await store.pending(1)).toHaveLength(1);
      });
    });

    workspaceCases(() => store);
  });
}

function workspaceCases(storeOf: () => BatchStore<unknown>): void {
  describe('the workspace of a partition (R21)', () => {
    let store: BatchStore<unknown>;

    beforeEach(() => {
      store = storeOf();
    });

    it('is what its own batches have put, in the order of kind and id', async () => {
      const template: Resource = { kind: 'template', id: 'a', channel: 'email', subject: 'Hi' };
      await saveNext(store, {
        workspace: change(1, [put(template, 't-1'), put(event('b'), 'b-1'), put(event('a'), 'a-1')]),
      });
      expect(await store.activeResources(0)).toEqual({
        revision: 1,
        resources: [
          { version: 'a-1', resource: event('a') },
          { version: 'b-1', resource: event('b') },
          { version: 't-1', resource: template },
        ],
      });
      expect(await store.activeResources(1)).toEqual({ revision: 0, resources: [] });
    });

    it('takes the newest version, lets go of what is deleted, and follows the revision', async () => {
      await saveNext(store, { workspace: change(1, [put(event('a'), 'a-1'), put(event('b'), 'b-1')]) });
      await saveNext(store, {
        workspace: change(2, [put(event('a', 'Renamed'), 'a-2'), { op: 'delete', kind: 'event', id: 'b' }]),
      });
      await saveNext(store, { workspace: change(7, [{ op: 'delete', kind: 'event', id: 'never' }]) });
      await saveNext(store, { workspace: change(8, []) });
      expect(await store.activeResources(0)).toEqual({
        revision: 8,
        resources: [{ version: 'a-2', resource: event('a', 'Renamed') }],
      });
    });

    it('follows the order within one change', async () => {
      const gone = { op: 'delete', kind: 'event' } as const;
      await saveNext(store, { workspace: change(1, [put(event('a'), 'a-1'), put(event('b'), 'b-1')]) });
      const changes = [{ ...gone, id: 'a' }, put(event('a'), 'a-1'), put(event('b'), 'b-2'), { ...gone, id: 'b' }];
      await saveNext(store, { workspace: change(2, changes) });
      await saveNext(store, { workspace: change(3, [put(event('c'), 'c-1'), put(event('c', 'Newer'), 'c-2')]) });
      expect((await store.activeResources(0)).resources.map(({ version }) => version)).toEqual(['a-1', 'c-2']);
    });

    it('keeps every version that was ever active', async () => {
      await saveNext(store, { workspace: change(1, [put(event('a'), 'a-1')]) });
      await saveNext(store, { workspace: change(2, [put(event('a', 'Renamed'), 'a-2')]) });
      await saveNext(store, { workspace: change(3, [{ op: 'delete', kind: 'event', id: 'a' }]) });
      await saveNext(store, { partition: 1, workspace: change(1, [put(event('a'), 'a-1')]) });
      const wanted = ['a-1', 'a-2', 'a-3'].map((version) => ({ kind: 'event', id: 'a', version }));
      const others = [
        { kind: 'event', id: 'b', version: 'a-1' },
        { kind: 'journey', id: 'a', version: 'a-1' },
      ];
      expect(await store.resourceVersions([...wanted, ...others])).toEqual(
        new Map([
          ['a-1', event('a')],
          ['a-2', event('a', 'Renamed')],
        ]),
      );
      expect(await store.resourceVersions(others)).toEqual(new Map());
      expect(await store.resourceVersions([])).toEqual(new Map());
    });
  });
}

/** What every adapter must do whose log is part of the transaction. `create` gives an empty store and log each time. */
export function transactionalOutputsSuite<C, S extends BatchStore<C>>(
  name: string,
  create: () => Promise<{ store: S; log: EventLog }>,
  probe: BatchProbe<C, S>,
): void {
  describe(`BatchStore with the log in its transaction: ${name}`, () => {
    let store: S;
    let log: EventLog;
    const published = async (): Promise<string[]> =>
      (await log.read({ topic: 'events', partition: 0, offset: 0, max: 1_000 })).map(({ value }) => value);
    const output = (value: string): NewRecord => ({ topic: 'events', key: 'a', partition: 0, value });

    beforeEach(async () => {
      ({ store, log } = await create());
    });

    it('has published when it has saved, in order, and leaves nothing in the outbox (P3)', async () => {
      expect(await saveNext(store, { changes: probe.changes, outputs: [output('1'), output('2')] })).toBe('published');
      expect(await saveNext(store, { outputs: [output('3')] })).toBe('published');
      expect(await published()).toEqual(['1', '2', '3']);
      expect(await store.pending(0)).toEqual([]);
      expect(await probe.isSaved(store)).toBe(true);
    });

    it('publishes outputs as they were given', async () => {
      await saveNext(store, { outputs: OUTPUTS.map((each) => ({ ...each, partition: 0 })) });
      const [read] = await log.read({ topic: 'events', partition: 0, offset: 0, max: 1 });
      const { key, value, headers } = OUTPUTS[0]!;
      expect(read).toEqual({ topic: 'events', partition: 0, offset: 0, key, value, headers });
    });

    it('publishes nothing of a batch that is fenced off (P2)', async () => {
      const from = await store.progress(0);
      await saveNext(store, { outputs: [output('first')] });
      const late = store.save(following(from, { changes: probe.changes, outputs: [output('late')] }));
      await expect(late).rejects.toMatchObject({ code: 'FENCED' });
      await saveNext(store, { outputs: [output('second')] });
      expect(await published()).toEqual(['first', 'second']);
      expect(await probe.isSaved(store)).toBe(false);
    });

    it('saves nothing of a batch that cannot be published (P1)', async () => {
      const nowhere = store.save(
        following(ZERO, { changes: probe.changes, outputs: [output('1'), { ...output('2'), partition: 99 }] }),
      );
      await expect(nowhere).rejects.toMatchObject({ code: 'DEFECT' });
      expect(await picture(store)).toEqual({ progress: ZERO, pending: [], active: { revision: 0, resources: [] } });
      expect(await probe.isSaved(store)).toBe(false);
      expect(await published()).toEqual([]);
    });

    it('wakes the readers of what it has published', async () => {
      const waiting = log.waitFor({ topic: 'events', partition: 0, offset: 0 }, new AbortController().signal);
      await saveNext(store, { outputs: [output('1')] });
      await waiting;
      expect(await published()).toEqual(['1']);
    });
  });
}

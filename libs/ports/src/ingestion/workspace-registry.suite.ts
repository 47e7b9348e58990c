import { beforeEach, describe, expect, it } from '@jest/globals';
import { SCHEMA_VERSION, type Resource, type WorkspaceChange } from '@waymark/contracts';
import type { WorkspaceRegistry } from './workspace-registry.js';

function event(id: string, name = id): Resource {
  return { kind: 'event', id, name, onViolation: 'allow', properties: { title: 'Zoë\u0000' } };
}

function put(id: string, version: string, name = id): WorkspaceChange['changes'][number] {
  return { op: 'put', version: version as never, resource: event(id, name) };
}

function change(revision: number, changes: WorkspaceChange['changes'] = []): WorkspaceChange {
  return { schemaVersion: SCHEMA_VERSION, type: 'workspace', revision, changes, appliedAt: '2026-05-04T08:00:00.000Z' };
}

/** What every adapter of {@link WorkspaceRegistry} must do. `create` gives an empty registry each time. */
export function workspaceRegistrySuite(name: string, create: () => Promise<WorkspaceRegistry>): void {
  describe(`WorkspaceRegistry: ${name}`, () => {
    let registry: WorkspaceRegistry;
    const revisions = async (): Promise<number[]> => (await registry.unannounced()).map(({ revision }) => revision);

    beforeEach(async () => {
      registry = await create();
    });

    it('has revision 0 and nothing to announce at first', async () => {
      expect(await registry.current()).toEqual({ revision: 0, resources: [] });
      expect(await registry.unannounced()).toEqual([]);
    });

    it('holds what the changes made, one after the other', async () => {
      await registry.put(change(1, [put('a', 'a-1'), put('b', 'b-1')]));
      await registry.put(
        change(2, [put('a', 'a-2', 'Renamed'), { op: 'delete', kind: 'event', id: 'b' }, put('c', 'c-1')]),
      );
      expect(await registry.current()).toEqual({
        revision: 2,
        resources: [
          { version: 'a-2', resource: event('a', 'Renamed') },
          { version: 'c-1', resource: event('c') },
        ],
      });
    });

    it('gives changes to announce as they were put, oldest first, until they are announced', async () => {
      const changes = [change(1, [put('a', 'a-1')]), change(2, [{ op: 'delete', kind: 'event', id: 'a' }]), change(3)];
      for (const each of changes) await registry.put(each);
      expect(await registry.unannounced()).toEqual(changes);
      await registry.announced(2);
      await registry.announced(2);
      expect(await revisions()).toEqual([1, 3]);
      await registry.announced(1);
      await registry.announced(3);
      expect(await revisions()).toEqual([]);
      expect((await registry.current()).revision).toBe(3);
    });

    it('knows the change that made a revision, announced or not', async () => {
      const changes = [change(1, [put('a', 'a-1')]), change(2, [{ op: 'delete', kind: 'event', id: 'a' }])];
      for (const each of changes) await registry.put(each);
      await registry.announced(1);
      expect(await Promise.all([1, 2, 3].map((revision) => registry.changeOf(revision)))).toEqual([
        ...changes,
        undefined,
      ]);
    });

    it('knows when versions of a resource were put, newest first, and nothing of others', async () => {
      const segment: Resource = { kind: 'segment', id: 'a', if: 'customer.version > 0' };
      await registry.put(change(1, [put('a', 'a-1'), put('b', 'b-1')]));
      await registry.put(change(2, [{ op: 'put', version: 'segment-1' as never, resource: segment }]));
      await registry.put(change(3, [put('b', 'b-2', 'a'), { op: 'delete', kind: 'event', id: 'a' }]));
      await registry.put({ ...change(4, [put('a', 'a-2')]), appliedAt: '2026-05-05T08:00:00.000Z' });
      await registry.put(change(5, [put('a', 'a-1')]));
      const all = [
        { version: 'a-1', revision: 5, appliedAt: '2026-05-04T08:00:00.000Z' },
        { version: 'a-2', revision: 4, appliedAt: '2026-05-05T08:00:00.000Z' },
        { version: 'a-1', revision: 1, appliedAt: '2026-05-04T08:00:00.000Z' },
      ];
      expect(await registry.publications({ kind: 'event', id: 'a' }, 10)).toEqual(all);
      expect(await registry.publications({ kind: 'event', id: 'a' }, 2)).toEqual(all.slice(0, 2));
      expect(await registry.publications({ kind: 'event', id: '"' }, 10)).toEqual([]);
    });

    it('knows them beyond what it reads at a time', async () => {
      for (let revision = 1; revision <= 130; revision += 1)
        await registry.put(change(revision, [put(revision % 65 === 0 ? 'a' : 'b', `v-${revision}`, 'a')]));
      const found = await registry.publications({ kind: 'event', id: 'a' }, 10);
      expect(found.map(({ revision }) => revision)).toEqual([130, 65]);
    });

    it('keeps the order of the changes beyond nine', async () => {
      for (let revision = 1; revision <= 11; revision += 1) await registry.put(change(revision));
      expect(await revisions()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });

    it.each([
      { at: 0, given: [0, 2, -1] },
      { at: 2, given: [1, 2, 4] },
    ])('refuses what does not follow revision $at', async ({ at, given }) => {
      for (let revision = 1; revision <= at; revision += 1)
        await registry.put(change(revision, [put('a', `a-${revision}`)]));
      const before = await registry.current();
      for (const revision of given) {
        const refused = registry.put(change(revision, [put('late', 'late-1')]));
        await expect(refused).rejects.toMatchObject({
          code: 'STATE_CONFLICT',
          message: `the workspace is at revision ${at}, so ${revision} cannot follow; plan and apply again`,
        });
      }
      expect(await registry.current()).toEqual(before);
      expect(await revisions()).toHaveLength(at);
    });

    it.each([{ at: 0 }, { at: 3 }])(
      'lets exactly one of many applies at once win, from revision $at on',
      async ({ at }) => {
        for (let revision = 1; revision <= at; revision += 1) await registry.put(change(revision));
        const tries = Array.from({ length: 6 }, (_, nth) => registry.put(change(at + 1, [put('a', `a-${nth}`)])));
        const results = await Promise.allSettled(tries);
        const winner = results.findIndex(({ status }) => status === 'fulfilled');
        const codes = results.flatMap((each) =>
          each.status === 'rejected' ? [(each.reason as { code: string }).code] : [],
        );
        expect(codes).toEqual(Array.from({ length: 5 }, () => 'STATE_CONFLICT'));
        expect((await registry.current()).resources).toEqual([{ version: `a-${winner}`, resource: event('a') }]);
        expect((await registry.unannounced()).at(-1)).toEqual(change(at + 1, [put('a', `a-${winner}`)]));
        expect(await revisions()).toHaveLength(at + 1);
      },
    );
  });
}

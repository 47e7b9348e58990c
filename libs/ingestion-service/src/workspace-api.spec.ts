import { beforeEach, describe, expect, it } from '@jest/globals';
import { WaymarkError, type NewRecord, type WorkspaceChange } from '@waymark/contracts';
import { ManualClock, MemoryEventLog, MemoryWorkspaceRegistry } from '@waymark/ports';
import { NOW, anEventSchema } from './testing/samples.js';
import { aVersion } from './testing/ingestion-world.js';
import { WorkspaceApi, type WorkspaceFile } from './workspace-api.js';

const PARTITIONS = 3;

/** A log that can be down. */
class BreakableLog extends MemoryEventLog {
  isDown = false;

  override async append(records: readonly NewRecord[]): Promise<void> {
    if (this.isDown) throw new WaymarkError('LOG_UNAVAILABLE', 'the log is down');
    await super.append(records);
  }
}

const file = (id: string, name = id): WorkspaceFile => ({
  path: `${id}.yaml`,
  text: JSON.stringify(anEventSchema({ id, name })),
});

describe('the workspace', () => {
  let log: BreakableLog;
  let registry: MemoryWorkspaceRegistry;
  let api: WorkspaceApi;

  beforeEach(() => {
    log = new BreakableLog(PARTITIONS);
    registry = new MemoryWorkspaceRegistry();
    api = newApi();
  });

  const newApi = () =>
    new WorkspaceApi({
      registry,
      log,
      clock: new ManualClock(Date.parse(NOW)),
      check(files) {
        if (files.some(({ path }) => path === 'bad.yaml')) throw new WaymarkError('INVALID_RESOURCE', '1 mistake');
        return files.map(({ text }) => aVersion(text));
      },
    });
  const apply = (files: WorkspaceFile[], dryRun = false) => api.apply(files, { dryRun });
  const announced = async (): Promise<WorkspaceChange[][]> =>
    Promise.all(
      Array.from({ length: PARTITIONS }, async (_, partition) => {
        const records = await log.read({ topic: 'events.raw', partition, offset: 0, max: 100 });
        return records.map(({ value }) => JSON.parse(value) as WorkspaceChange);
      }),
    );
  const revisions = async (): Promise<number[][]> =>
    (await announced()).map((changes) => changes.map(({ revision }) => revision));

  it('is what was applied last: the plan says what is made, changed, taken away and left', async () => {
    await apply([file('a'), file('b'), file('c')]);
    expect(await apply([file('a'), file('b', 'changed'), file('d')])).toEqual({
      revision: 2,
      create: ['event/d'],
      update: ['event/b'],
      delete: ['event/c'],
      unchanged: ['event/a'],
    });
    const { revision, resources } = await api.current();
    expect([revision, resources.map(({ resource }) => resource.id).sort()]).toEqual([2, ['a', 'b', 'd']]);
  });

  it('is announced in every partition, with what has changed and nothing else (R21)', async () => {
    await apply([file('a'), file('b')]);
    await apply([file('b', 'changed')]);
    const change: WorkspaceChange = {
      schemaVersion: 1,
      type: 'workspace',
      revision: 2,
      changes: [
        { op: 'put', ...aVersion(file('b', 'changed').text) },
        { op: 'delete', kind: 'event', id: 'a' },
      ],
      appliedAt: NOW,
    };
    expect((await announced()).map((changes) => changes[1])).toEqual([change, change, change]);
    expect(await registry.unannounced()).toEqual([]);
  });

  it('says, and announces with the change itself, the epoch that begins with other weights (R24)', async () => {
    const test = (weight: number): WorkspaceFile => {
      const variants = [
        { id: 'a', weight, next: 'end' },
        { id: 'b', weight: 1, next: 'end' },
      ];
      const steps = { test: { kind: 'split', seed: 'tone', variants }, end: { kind: 'exit' } };
      return { path: 'j.yaml', text: JSON.stringify({ kind: 'journey', id: 'j', entry: {}, start: 'test', steps }) };
    };
    expect(await apply([test(1)])).not.toHaveProperty('epochs');
    expect(await apply([test(3)], true)).toMatchObject({ epochs: [{ seed: 'tone', epoch: 2 }] });
    expect(await apply([test(3)])).toMatchObject({
      update: ['journey/j'],
      delete: [],
      epochs: [{ seed: 'tone', epoch: 2 }],
    });
    const allocation = 'a 0-7500, b 7500-10000';
    expect((await announced())[0]![1]!.changes).toEqual([
      { op: 'put', ...aVersion(test(3).text) },
      { op: 'put', version: 'epoch-2', resource: { kind: 'split-epoch', id: 'tone', epoch: 2, allocation } },
    ]);
    expect(await apply([test(3)])).toEqual({
      revision: 2,
      create: [],
      update: [],
      delete: [],
      unchanged: ['journey/j'],
    });
    expect(await apply([])).toMatchObject({ delete: ['journey/j'] });
    expect((await api.current()).resources.map(({ resource }) => resource.kind)).toEqual(['split-epoch']);
  });

  it('a dry run only says what would be', async () => {
    expect(await apply([file('a')], true)).toMatchObject({ revision: 1, create: ['event/a'] });
    expect(await api.current()).toEqual({ revision: 0, resources: [] });
    expect(await revisions()).toEqual([[], [], []]);
  });

  it('applied again is no change: no new revision, no announcement', async () => {
    await apply([file('a')]);
    expect(await apply([file('a')])).toEqual({
      revision: 1,
      create: [],
      update: [],
      delete: [],
      unchanged: ['event/a'],
    });
    expect(await revisions()).toEqual([[1], [1], [1]]);
  });

  it('with a mistake is refused and changes nothing', async () => {
    await expect(apply([file('a'), { path: 'bad.yaml', text: '' }])).rejects.toMatchObject({
      code: 'INVALID_RESOURCE',
    });
    expect(await api.current()).toMatchObject({ revision: 0 });
  });

  it('applied by two at once is a conflict for one of them, and the other is whole', async () => {
    const [first, second] = await Promise.allSettled([apply([file('a')]), apply([file('b')])]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'STATE_CONFLICT', kind: 'conflict' } });
    expect(await revisions()).toEqual([[1], [1], [1]]);
  });

  it('is announced at the next start when a crash came between the two halves of an apply', async () => {
    log.isDown = true;
    await expect(apply([file('a')])).rejects.toMatchObject({ kind: 'transient' });
    log.isDown = false;
    api = newApi();
    await api.announce();
    expect(await revisions()).toEqual([[1], [1], [1]]);
    await api.announce();
    expect(await revisions()).toEqual([[1], [1], [1]]);
  });

  it('is announced when the apply that failed is sent again, though nothing is left to change', async () => {
    log.isDown = true;
    await expect(apply([file('a')])).rejects.toMatchObject({ kind: 'transient' });
    await expect(apply([file('a')])).rejects.toMatchObject({ kind: 'transient' });
    log.isDown = false;
    expect(await apply([file('a')], true)).toMatchObject({ unchanged: ['event/a'] });
    expect(await revisions()).toEqual([[], [], []]);
    expect(await apply([file('a')])).toMatchObject({ revision: 1, unchanged: ['event/a'] });
    expect(await revisions()).toEqual([[1], [1], [1]]);
  });

  it('is announced in the order it was applied, what was left over first', async () => {
    log.isDown = true;
    await expect(apply([file('a')])).rejects.toMatchObject({ kind: 'transient' });
    log.isDown = false;
    await apply([file('a'), file('b')]);
    expect(await revisions()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });
});

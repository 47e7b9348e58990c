import { describe, expect, it } from '@jest/globals';
import { HEADERS, WaymarkError } from '@waymark/contracts';
import { add, down, stepAll, workspace, World, type Ledger } from './testing/world.js';

describe('taking a partition', () => {
  it('publishes the outbox of an earlier life before anything new is read (P3)', async () => {
    const world = new World();
    world.send(add('1'), add('2'));
    world.failing = { effect: 'append', error: new WaymarkError('LOG_UNAVAILABLE', 'the log is down') };
    await expect(world.processor().step()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    expect(await world.outputs()).toEqual([]);
    world.send(add('3'));
    world.effects.length = 0;
    await world.processor().step();
    expect(world.effects.slice(0, 6)).toEqual(['progress', 'pending', 'append', 'clear', 'activeResources', 'read']);
    expect(await world.outputs()).toEqual(['added 1 1', 'added 2 2', 'added 3 3']);
  });

  it('publishes again what may have been published, under the same numbers (P3)', async () => {
    const world = new World();
    world.send(add('1'));
    world.failing = { effect: 'clear', error: down() };
    const processor = world.processor();
    await expect(processor.step()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await processor.step();
    expect((await world.records('interactions')).map(({ value, headers }) => [value, headers])).toEqual(
      Array(2).fill([
        JSON.stringify({ type: 'added', key: 'ada', id: '1', sum: 1 }),
        { [HEADERS.source]: 'journey-state/0', [HEADERS.sequence]: '0' },
      ]),
    );
    expect(await world.store.pending(0)).toEqual([]);
  });

  it('publishes nothing of a batch that was not saved (P3)', async () => {
    const world = new World();
    world.send(add('1'));
    world.failing = { effect: 'save', error: down() };
    const processor = world.processor();
    await expect(processor.step()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect([await world.outputs(), world.store.accounts.size]).toEqual([[], 0]);
    await processor.step();
    expect(await world.outputs()).toEqual(['added 1 1']);
  });

  it.each(['progress', 'pending', 'activeResources', 'read', 'save', 'append', 'clear'])(
    'holds nothing after a failure of %s, and passes it on as it was',
    async (effect) => {
      const world = new World();
      const processor = world.processor();
      const error = down();
      world.send(add('1'));
      world.failing = { effect, error };
      await expect(processor.step()).rejects.toBe(error);
      expect([processor.definitions, processor.nextOffset, processor.revision]).toEqual([undefined, 0, 0]);
      expect(await processor.isSettled()).toBe(false);
    },
  );

  it('knows nothing before its first step, and again after it was dropped', async () => {
    const world = new World();
    const processor = world.processor();
    const known = (): unknown[] => [processor.definitions, processor.nextOffset, processor.revision];
    world.send(workspace(1));
    expect(known()).toEqual([undefined, 0, 0]);
    await processor.step();
    expect(known()).toEqual([null, 1, 1]);
    processor.drop();
    expect(known()).toEqual([undefined, 0, 0]);
    await processor.step();
    expect(known()).toEqual([null, 1, 1]);
  });

  it('says which partition of what it is', () => {
    const { service, source, partition } = new World().processor();
    expect({ service, source, partition }).toEqual({ service: 'journey-state', source: 'events', partition: 0 });
  });
});

describe('a workspace change', () => {
  /** Counts the compilations by the revision they were made of. */
  const compiling = (compiled: number[]): Partial<Ledger> => ({
    compile: async ({ revision }) => (compiled.push(revision), null),
  });

  it('is adopted at its place among the records, and passed on there', async () => {
    const world = new World();
    const compiled: number[] = [];
    const processor = world.processor(compiling(compiled));
    world.send(add('1'), workspace(1), add('2'));
    expect(await stepAll(processor)).toBe(3);
    expect(await world.outputs()).toEqual(['added 1 1', 'workspace 1', 'added 2 2']);
    expect((await world.records('interactions'))[1]).toMatchObject({ key: 'workspace', partition: 0 });
    expect([compiled, processor.revision]).toEqual([[0, 1], 1]);
  });

  it('is made of no changes of state: nothing follows its commit', async () => {
    const world = new World();
    let calls = 0;
    world.send(workspace(1));
    await world.processor({ afterCommit: async () => void (calls += 1) }).step();
    expect([calls, world.store.accounts.size]).toEqual([0, 0]);
  });

  it.each([2, 1])(
    'of a revision not above the known one (%d after 2) is passed over, and moves the progress',
    async (again) => {
      const world = new World();
      const compiled: number[] = [];
      const processor = world.processor(compiling(compiled));
      world.send(workspace(1), workspace(2), workspace(again), add('1'));
      expect(await stepAll(processor)).toBe(4);
      expect(await world.outputs()).toEqual(['workspace 1', 'workspace 2', 'added 1 1']);
      expect([compiled, processor.revision, processor.nextOffset]).toEqual([[0, 1, 2], 2, 4]);
      expect((await world.store.activeResources(0)).revision).toBe(2);
    },
  );

  it('known to an earlier life is known to the next', async () => {
    const world = new World();
    world.send(workspace(3));
    await world.processor().step();
    const compiled: number[] = [];
    const next = world.processor(compiling(compiled));
    world.send(workspace(3));
    await stepAll(next);
    expect([compiled, next.revision, await world.outputs()]).toEqual([[3], 3, ['workspace 3']]);
  });

  it('goes no further where there is nowhere to pass it on to', async () => {
    const world = new World();
    const processor = world.processor({ forwardWorkspaceTo: undefined });
    world.send(workspace(1));
    await stepAll(processor);
    expect([await world.outputs(), processor.revision]).toEqual([[], 1]);
  });

  it('that cannot be compiled stops the partition at its place; the next life meets it again', async () => {
    const world = new World();
    const broken = new TypeError('cannot compile');
    const compile: Ledger['compile'] = async ({ revision }) => (revision > 0 ? Promise.reject(broken) : null);
    world.send(workspace(1));
    await expect(world.processor({ compile }).step()).rejects.toBe(broken);
    await expect(world.processor({ compile }).step()).rejects.toBe(broken);
    expect(await world.outputs()).toEqual(['workspace 1']);
  });
});

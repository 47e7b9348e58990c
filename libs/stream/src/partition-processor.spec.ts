import { describe, expect, it } from '@jest/globals';
import { deadLetterSchema, HEADERS, WaymarkError, type NewRecord } from '@waymark/contracts';
import { ledgerTopology } from './testing/ledger-topology.js';
import { add, alarm, stepAll, World } from './testing/world.js';

describe('a step', () => {
  it('makes the effects of a batch in order: read, save, append, clear', async () => {
    const world = new World();
    const processor = world.processor();
    world.send(add('1'));
    expect(await processor.step()).toBe(true);
    expect(world.effects).toEqual(['progress', 'pending', 'activeResources', 'read', 'save', 'append', 'clear']);
  });

  it('leaves the publication to a store whose log is part of the transaction', async () => {
    const world = new World({ transactional: true });
    const processor = world.processor();
    world.send(add('1'));
    await processor.step();
    expect(world.effects).toEqual(['progress', 'pending', 'activeResources', 'read', 'save']);
    expect(await world.outputs()).toEqual(['added 1 1']);
  });

  it('takes at most as many records as a batch may have (P6)', async () => {
    const world = new World();
    const processor = world.processor({}, 2);
    world.send(add('1'), add('2'), add('3'), add('4'), add('5'));
    await stepAll(processor);
    expect(world.watcher.batches.map(({ records }) => records)).toEqual([2, 2, 1]);
    expect(await world.outputs()).toEqual(['added 1 1', 'added 2 2', 'added 3 3', 'added 4 4', 'added 5 5']);
  });

  it('saves nothing when there is nothing to do', async () => {
    const world = new World();
    const processor = world.processor();
    world.send(alarm('a', 10));
    await processor.step();
    const { version } = await world.store.progress(0);
    expect(await processor.step()).toBe(false);
    expect((await world.store.progress(0)).version).toBe(version);
  });

  it('with an empty batch only fires what is due, and moves no offset', async () => {
    const world = new World();
    const batches: number[] = [];
    const { load } = ledgerTopology(world.store);
    const processor = world.processor({ load: (batch, d) => (batches.push(batch.records.length), load(batch, d)) });
    world.send(alarm('a', 10), alarm('b', 20));
    await processor.step();
    world.clock.moveTo(10);
    expect(await stepAll(processor)).toBe(1);
    expect(batches).toEqual([2, 0]);
    expect(await world.outputs()).toEqual(['fired a']);
    expect(await world.store.progress(0)).toMatchObject({ version: 2, nextOffset: 2, nextSequence: 1 });
  });

  it('drops a repetition and still moves on (P3)', async () => {
    const world = new World();
    const processor = world.processor();
    const headers = { [HEADERS.source]: 'ingestion/0', [HEADERS.sequence]: '0' };
    const record: NewRecord = { topic: 'events', key: 'ada', value: JSON.stringify(add('1')), headers };
    world.log.appendNow([record]);
    await processor.step();
    world.log.appendNow([record]);
    expect(await stepAll(processor)).toBe(1);
    expect([await world.outputs(), processor.nextOffset]).toEqual([['added 1 1'], 2]);
  });
});

describe('a poison record (P5)', () => {
  it('becomes a dead letter in the same transaction, while its neighbours go on', async () => {
    const world = new World();
    const processor = world.processor();
    world.send(add('1'), '{not json', add('2'));
    expect(await stepAll(processor)).toBe(1);
    expect(await world.outputs()).toEqual(['added 1 1', 'added 2 2']);
    const letters = await world.records('dead-letters');
    expect(letters.map(({ value }) => deadLetterSchema.parse(JSON.parse(value)))).toEqual([
      expect.objectContaining({ service: 'journey-state', offset: 1, value: '{not json', code: 'MALFORMED_JSON' }),
    ]);
    expect(world.effects.filter((effect) => effect === 'save')).toHaveLength(1);
    expect(world.watcher.batches).toEqual([
      { service: 'journey-state', partition: 0, records: 2, outputs: 2, deadLetters: 1 },
    ]);
  });

  it('is numbered with the other outputs, without a gap (P3)', async () => {
    const world = new World();
    const processor = world.processor();
    world.send(add('1'), 'bad', add('2'));
    await processor.step();
    world.send('worse', add('3'));
    await processor.step();
    const records = [...(await world.records('interactions')), ...(await world.records('dead-letters'))];
    expect(records.map(({ headers }) => Number(headers[HEADERS.sequence])).sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });

  it('that shows only in the light of the state is refused by the fold, with its bytes', async () => {
    const world = new World();
    const { fold } = ledgerTopology(world.store);
    const processor = world.processor({
      fold: (batch, loaded, definitions) => {
        const good = batch.records.filter(({ record }) => record.input.id !== 'odd');
        const odd = batch.records.filter(({ record }) => record.input.id === 'odd');
        return {
          ...fold({ ...batch, records: good }, loaded, definitions),
          rejected: odd.map(({ offset }) => ({ offset, code: 'INVALID_RECORD', detail: 'it is odd' })),
        };
      },
    });
    world.send('bad', add('1'), add('odd'), add('2'));
    await processor.step();
    expect(await world.outputs()).toEqual(['added 1 1', 'added 2 2']);
    const letters = (await world.records('dead-letters')).map(({ value }) => deadLetterSchema.parse(JSON.parse(value)));
    expect(letters.map(({ offset, value, detail }) => [offset, value, detail])).toEqual([
      [0, 'bad', expect.any(String)],
      [2, JSON.stringify(add('odd')), 'it is odd'],
    ]);
    expect(world.watcher.batches).toEqual([expect.objectContaining({ outputs: 2, deadLetters: 2 })]);
  });

  it('alone in a batch moves the progress, so that it is met once', async () => {
    const world = new World();
    world.send('bad');
    expect(await stepAll(world.processor())).toBe(1);
    expect(await stepAll(world.processor())).toBe(0);
    expect(await world.records('dead-letters')).toHaveLength(1);
  });
});

describe('a row that another partition changed first', () => {
  it('makes the batch be loaded and made anew, from what is there then', async () => {
    const world = new World();
    let loads = 0;
    const { load } = ledgerTopology(world.store);
    const processor = world.processor({ load: (batch, definitions) => ((loads += 1), load(batch, definitions)) });
    world.store.conflicts = 3;
    world.store.meanwhile = () => {
      const sum = world.store.accounts.get('ada')?.sum ?? 0;
      world.store.accounts.set('ada', { sum: sum + 100, alarms: {} });
    };
    world.send(add('1'), 'bad');
    expect(await processor.step()).toBe(true);
    expect(loads).toBe(4);
    expect(await world.outputs()).toEqual(['added 1 301']);
    expect(await world.records('dead-letters')).toHaveLength(1);
    expect([world.watcher.failures, world.watcher.batches.length]).toEqual([[], 1]);
  });

  it('is redone a bounded number of times; then the step fails, nothing is committed and nothing held', async () => {
    const world = new World();
    let loads = 0;
    const { load } = ledgerTopology(world.store);
    const processor = world.processor({ load: (batch, definitions) => ((loads += 1), load(batch, definitions)) });
    world.store.conflicts = 1_000;
    world.send(add('1'));
    await expect(processor.step()).rejects.toMatchObject({ code: 'STATE_CONFLICT', kind: 'conflict' });
    expect(loads).toBe(20);
    expect([processor.definitions, (await world.store.progress(0)).version]).toEqual([undefined, 0]);
    world.store.conflicts = 0;
    await stepAll(processor);
    expect(await world.outputs()).toEqual(['added 1 1']);
  });

  it('is not what another owner is: FENCED is never redone (P2)', async () => {
    const world = new World();
    const [first, second] = [world.processor(), world.processor()];
    await first.step();
    world.send(add('1'));
    await second.step();
    world.effects.length = 0;
    await expect(first.step()).rejects.toMatchObject({ code: 'FENCED' });
    expect(world.effects).toEqual(['read', 'save']);
    expect([first.definitions, await world.outputs()]).toEqual([undefined, ['added 1 1']]);
    expect(await stepAll(first)).toBe(0);
  });
});

describe('what follows the commit', () => {
  it('happens after the commit and before the outputs leave', async () => {
    const world = new World();
    const seen: unknown[] = [];
    const afterCommit = async (): Promise<void> =>
      void seen.push(world.store.accounts.get('ada')?.sum, await world.outputs());
    world.send(add('1'));
    await world.processor({ afterCommit }).step();
    expect(seen).toEqual([1, []]);
    expect(await world.outputs()).toEqual(['added 1 1']);
  });

  it('may fail: it is told and changes nothing', async () => {
    const world = new World();
    const error = new WaymarkError('STORE_UNAVAILABLE', 'the hot context is away');
    const processor = world.processor({ afterCommit: async () => Promise.reject(error) });
    world.send(add('1'));
    expect(await processor.step()).toBe(true);
    expect(await world.outputs()).toEqual(['added 1 1']);
    expect([processor.nextOffset, await processor.isSettled()]).toEqual([1, true]);
    expect(world.watcher.failures).toEqual([{ service: 'journey-state', partition: 0, error, stopped: false }]);
  });

  it('fails the step when it is broken; what was committed is published by the next life, once (P1, P3)', async () => {
    const world = new World();
    const broken = new TypeError('x is not a function');
    const processor = world.processor({ afterCommit: async () => Promise.reject(broken) });
    world.send(add('1'));
    await expect(processor.step()).rejects.toBe(broken);
    expect([await world.outputs(), processor.definitions, world.watcher.failures]).toEqual([[], undefined, []]);
    expect(await stepAll(world.processor())).toBe(0);
    expect([await world.outputs(), world.store.accounts.get('ada')!.sum]).toEqual([['added 1 1'], 1]);
  });
});

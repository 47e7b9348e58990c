import { beforeEach, describe, expect, it } from '@jest/globals';
import { HEADERS, type LogRecord } from '@waymark/contracts';
import { contextOf, RecordedTracing } from './testing/recorded-tracing.js';
import { add, alarm, down, stepAll, workspace, World } from './testing/world.js';
import { traceIdOf } from './tracing.js';

let world: World;
let tracing: RecordedTracing;

beforeEach(() => {
  world = new World();
  world.tracing = tracing = new RecordedTracing();
  tracing.beginsTraces = false;
});

const contextIn = ({ headers }: LogRecord): string | undefined => headers[HEADERS.traceparent];

describe('a batch with a record that is followed', () => {
  it('is a span in the trace of the record, with its parts', async () => {
    world.sendIn(contextOf(7, 99), add('1'));
    await world.processor().step();
    const [process] = tracing.spans;
    expect(tracing.ended).toEqual([
      `${contextOf(7, 99)} > process journey-state`,
      'process journey-state > load',
      'process journey-state > save',
      'process journey-state > publish',
    ]);
    expect(process).toMatchObject({
      kind: 'consumer',
      links: [],
      attributes: {
        'messaging.destination.name': 'events',
        'messaging.destination.partition.id': '0',
        'messaging.batch.message_count': 1,
        'waymark.offset': 0,
      },
    });
  });

  it('is in as many traces as it has such records, and what each has caused is in its own', async () => {
    world.send(add('1'));
    world.sendIn(contextOf(7, 99), add('2'));
    world.sendIn(contextOf(8, 99), add('3'));
    await world.processor().step();
    const [first, second] = tracing.spans.filter(({ name }) => name === 'process journey-state');
    expect([first?.parent, second?.parent]).toEqual([contextOf(7, 99), contextOf(8, 99)]);
    expect(second?.links).toEqual([first?.traceparent]);
    const contexts = (await world.records('interactions')).map(contextIn);
    expect(contexts).toEqual([undefined, first?.traceparent, second?.traceparent]);
    expect(world.watcher.seen.map(({ traceIds }) => traceIds)).toEqual([
      [7, 8].map((trace) => traceIdOf(contextOf(trace, 0))),
    ]);
  });

  it('passes contexts on that it has no span for any more: of a hundred it has', async () => {
    for (let trace = 1; trace <= 102; trace += 1) world.sendIn(contextOf(trace, 99), add(String(trace)));
    await world.processor({}, 200).step();
    expect(tracing.spans.filter(({ name }) => name === 'process journey-state')).toHaveLength(100);
    const traces = (await world.records('interactions')).map((record) => traceIdOf(contextIn(record)!));
    expect(traces).toEqual(Array.from({ length: 102 }, (_, i) => traceIdOf(contextOf(i + 1, 0))));
  });

  it('has failed where the batch has, and is begun anew when it is tried again', async () => {
    world.sendIn(contextOf(7, 99), add('1'));
    const error = down();
    world.failing = { effect: 'save', error };
    const processor = world.processor();
    await expect(processor.step()).rejects.toBe(error);
    expect(tracing.spans.map(({ name, end }) => [name, end])).toEqual([
      ['process journey-state', { error }],
      ['load', 'well'],
      ['save', { error }],
    ]);
    expect(processor.inHand).toEqual({ offset: 0, traceIds: [traceIdOf(contextOf(7, 0))] });
    expect(await stepAll(processor)).toBe(1);
    expect(tracing.spans.filter(({ end }) => end === 'well').map(({ name }) => name)).toEqual([
      'load',
      'process journey-state',
      'load',
      'save',
      'publish',
    ]);
  });

  it('shows where it has become a dead letter', async () => {
    world.sendIn(contextOf(7, 99), 'bad');
    await world.processor().step();
    expect(tracing.spans[0]).toMatchObject({ attributes: { 'waymark.dead_letter': 'MALFORMED_JSON' }, end: 'well' });
    expect(world.watcher.seen[0]?.deadLetters).toEqual([{ offset: 0, code: 'MALFORMED_JSON' }]);
  });

  it('has one span however often it is redone because a row was changed first', async () => {
    world.sendIn(contextOf(7, 99), add('1'));
    world.store.conflicts = 2;
    await world.processor().step();
    expect(tracing.spans.filter(({ name }) => name === 'process journey-state')).toHaveLength(1);
    expect(tracing.spans.filter(({ name }) => name === 'save')).toHaveLength(3);
    expect((await world.records('interactions')).map(contextIn)).toEqual([tracing.spans[0]?.traceparent]);
  });
});

describe('what falls due by itself', () => {
  it('begins a trace, where traces begin', async () => {
    tracing.beginsTraces = true;
    world.send(alarm('a', 10));
    await world.processor().step();
    expect(tracing.ended).toEqual([]);
    world.clock.moveTo(10);
    await world.processor().step();
    expect(tracing.ended).toEqual(['- > timers journey-state']);
    const timers = tracing.spans.find(({ end }) => end === 'well');
    expect((await world.records('interactions')).map(contextIn)).toEqual([timers?.traceparent]);
  });

  it('is in no trace where none begins', async () => {
    world.send(alarm('a', 0), workspace(1));
    await stepAll(world.processor());
    expect(tracing.spans).toEqual([]);
    expect((await world.records('interactions')).map(contextIn)).toEqual([undefined, undefined]);
  });
});

describe('without tracing', () => {
  it('a record carries no trace that did not come with one, and passes on what came with it', async () => {
    world.tracing = undefined;
    world.send(add('1'));
    world.sendIn(contextOf(7, 99), add('2'));
    await world.processor().step();
    const records = await world.records('interactions');
    expect(records.map((record) => Object.keys(record.headers))).toEqual([
      [HEADERS.source, HEADERS.sequence],
      [HEADERS.traceparent, HEADERS.source, HEADERS.sequence],
    ]);
    expect(world.watcher.seen.map(({ traceIds }) => traceIds)).toEqual([[]]);
  });
});

describe('who watches', () => {
  it('is told which offsets a batch had, and what its fold has measured, once it is saved', async () => {
    const measure = { what: 'duplicate' } as const;
    const processor = world.processor({ fold: () => ({ changes: new Map(), outputs: [], measures: [measure] }) });
    world.send(add('1'), add('2'));
    world.failing = { effect: 'save', error: down() };
    await expect(processor.step()).rejects.toThrow();
    expect(world.watcher.seen).toEqual([]);
    await processor.step();
    world.send(add('3'));
    await processor.step();
    expect(world.watcher.seen.map(({ offset, nextOffset, measures }) => [offset, nextOffset, measures])).toEqual([
      [0, 2, [measure]],
      [2, 3, [measure]],
    ]);
  });
});

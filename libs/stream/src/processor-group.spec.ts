import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { ManualClock, MemoryEventLog } from '@waymark/ports';
import { PartitionProcessor } from './partition-processor.js';
import { ProcessorGroup } from './processor-group.js';
import type { RecordBatch } from './record-batch.js';
import { gate, hasSettled } from './testing/gate.js';
import { LedgerStore, ledgerTopology } from './testing/ledger-topology.js';
import { Watcher } from './testing/watcher.js';

type AnyProcessor = ConstructorParameters<typeof ProcessorGroup>[0][number];

/** A processor at rest, with what a test changes. */
function processor(of: Partial<AnyProcessor> = {}): AnyProcessor {
  return {
    service: 'ingestion',
    source: 'events.raw',
    partition: 0,
    version: 0,
    inHand: { traceIds: [] },
    isIdle: true,
    step: async () => false,
    process: async () => false,
    release: () => undefined,
    idle: untilAborted,
    isAtRest: () => true,
    ...of,
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

describe('ProcessorGroup', () => {
  it('starts every partition once, however often it is started', async () => {
    const steps: number[] = [];
    const group = new ProcessorGroup(
      [0, 1].map((partition) => processor({ partition, step: async () => (steps.push(partition), false) })),
    );
    group.start();
    group.start();
    await group.stop();
    expect(steps).toEqual([0, 1]);
  });

  it('finishes the batches in hand of all partitions before it has stopped (P7)', async () => {
    const batches = [gate(), gate()];
    const saved: number[] = [];
    const group = new ProcessorGroup(
      batches.map((batch, partition) =>
        processor({ partition, step: async () => (await batch.opened, saved.push(partition), true) }),
      ),
    );
    group.start();
    const stopped = group.stop();
    batches[1]!.open();
    expect([await hasSettled(stopped), saved]).toEqual([false, [1]]);
    batches[0]!.open();
    await stopped;
    expect(saved).toEqual([1, 0]);
  });

  it('stops what never started, and what was stopped starts no more', async () => {
    let steps = 0;
    const group = new ProcessorGroup([processor({ step: async () => (steps++, false) })]);
    await group.stop();
    group.start();
    await group.stop();
    expect(steps).toBe(0);
  });

  it('names a partition that a defect has stopped, while the others go on', async () => {
    const watcher = new Watcher();
    const broken = new TypeError('x is not a function');
    const goneOn = gate();
    let steps = 0;
    const group = new ProcessorGroup(
      [
        processor({ service: 'personalization', partition: 1, step: async () => Promise.reject(broken) }),
        processor({
          step: async () => {
            steps += 1;
            if (steps === 10) goneOn.open();
            return steps < 10;
          },
        }),
      ],
      watcher,
    );
    expect(group.stopped).toEqual([]);
    group.start();
    await goneOn.opened;
    await group.stop();
    expect(group.stopped).toEqual([{ service: 'personalization', partition: 1, error: broken }]);
    expect(watcher.failures).toEqual([{ service: 'personalization', partition: 1, error: broken, stopped: true }]);
  });

  it('does not name partitions that were stopped on purpose', async () => {
    const group = new ProcessorGroup([
      processor({ step: async () => Promise.reject(new WaymarkError('STORE_UNAVAILABLE', 'down')) }),
      processor(),
    ]);
    group.start();
    await group.stop();
    expect(group.stopped).toEqual([]);
  });

  it.each<[boolean[], boolean]>([
    [[], true],
    [[true, true], true],
    [[true, false, true], false],
  ])('partitions idle and at rest: %j; the group: %j', (partitions, expected) => {
    const group = new ProcessorGroup(partitions.map((is) => processor({ isIdle: is, isAtRest: () => is })));
    expect([group.isIdle, group.isAtRest(() => 0)]).toEqual([expected, expected]);
  });

  it('asks each partition with the end of its own topic and partition', () => {
    const asked: number[] = [];
    const isAtRest = (end: number): boolean => asked.push(end) > 0;
    const group = new ProcessorGroup([
      processor({ source: 'events', partition: 2, isAtRest }),
      processor({ source: 'actions', partition: 5, isAtRest }),
    ]);
    group.isAtRest(({ topic, partition }) => partition * (topic === 'events' ? 10 : 100));
    expect(asked).toEqual([20, 500]);
  });

  it('counts the saves of all its partitions', () => {
    expect(new ProcessorGroup([processor({ version: 3 }), processor({ version: 4 })]).saves).toBe(7);
  });
});

describe("the partitions that are this process's", () => {
  const at = (partition: number, steps: string[], of: Partial<AnyProcessor> = {}): AnyProcessor =>
    processor({
      partition,
      step: async () => (steps.push(`step ${partition}`), false),
      release: () => void steps.push(`release ${partition}`),
      ...of,
    });

  it('run, and no others; one that is lost is released, one that is kept goes on undisturbed', async () => {
    const done: string[] = [];
    const group = new ProcessorGroup([0, 1, 2].map((partition) => at(partition, done)));
    group.own('events.raw', [0, 1]);
    group.own('events', [2]);
    expect([done, group.owned('ingestion')]).toEqual([
      ['step 0', 'step 1'],
      [0, 1],
    ]);
    group.own('events.raw', [1, 2]);
    expect(group.owned('ingestion')).toEqual([1, 2]);
    await group.stop();
    expect(done).toEqual(['step 0', 'step 1', 'step 2', 'release 0']);
  });

  it('are taken anew only when the batch in hand of their earlier time is over', async () => {
    const done: string[] = [];
    const batch = gate();
    const second = gate();
    const step = async (): Promise<boolean> => {
      if (done.includes('begin')) second.open();
      done.push('begin');
      await batch.opened;
      done.push('end');
      return false;
    };
    const group = new ProcessorGroup([at(0, done, { step })]);
    group.own('events.raw', [0]);
    group.own('events.raw', []);
    group.own('events.raw', [0]);
    expect(done).toEqual(['begin']);
    batch.open();
    await second.opened;
    await group.stop();
    expect(done).toEqual(['begin', 'end', 'release 0', 'begin', 'end']);
  });

  it('are not named as stopped by a defect any more once another process has them', async () => {
    const defect = gate();
    const released = gate();
    const step = async (): Promise<boolean> => Promise.reject(new TypeError('x is not a function'));
    const group = new ProcessorGroup([processor({ step, release: () => released.open() })], {
      batch: () => undefined,
      failure: () => defect.open(),
    });
    group.own('events.raw', [0]);
    await defect.opened;
    await hasSettled(defect.opened);
    expect(group.stopped).toMatchObject([{ partition: 0 }]);
    group.own('events.raw', []);
    await released.opened;
    expect(group.stopped).toEqual([]);
  });

  it('hand their batches to whoever was named, which may give them back to the group', async () => {
    const handed: RecordBatch[] = [];
    const batch: RecordBatch = { topic: 'events.raw', partition: 0, records: [] };
    const group = new ProcessorGroup([
      processor({
        step: (handOver) => handOver!(batch),
        process: async (given) => (handed.push(given), false),
      }),
    ]);
    group.handOverTo((given) => group.process(given));
    group.start();
    await group.stop();
    expect(handed).toEqual([batch]);
    expect(() => group.process({ ...batch, partition: 9 })).toThrow('nobody here processes partition 9 of events.raw');
  });
});

it('a group of real processors works through what comes, in every partition, and stops', async () => {
  const PARTITIONS = 3;
  const log = new MemoryEventLog(PARTITIONS);
  const stores = Array.from({ length: PARTITIONS }, () => new LedgerStore());
  const done = gate();
  const watcher = new Watcher();
  const observer = {
    batch: (seen: Parameters<Watcher['batch']>[0]) => {
      watcher.batch(seen);
      if (watcher.batches.reduce((sum, { records }) => sum + records, 0) === 2 * PARTITIONS) done.open();
    },
    failure: (seen: Parameters<Watcher['failure']>[0]) => watcher.failure(seen),
  };
  const clock = new ManualClock(0);
  const processors = stores.map(
    (store, partition) =>
      new PartitionProcessor(ledgerTopology(store), { log, clock, partition, batchMax: 1, observer }),
  );
  const group = new ProcessorGroup(processors, observer);
  const send = (round: number): void => {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const value = JSON.stringify({ type: 'add', id: `${round}`, amount: round });
      log.appendNow([{ topic: 'events', key: `k${partition}`, partition, value }]);
    }
  };
  send(1);
  group.start();
  send(2);
  await done.opened;
  await group.stop();
  expect(await Promise.all(processors.map((each) => each.isSettled()))).toEqual([true, true, true]);
  expect(stores.flatMap(({ accounts }) => [...accounts].map(([key, { sum }]) => [key, sum]))).toEqual([
    ['k0', 3],
    ['k1', 3],
    ['k2', 3],
  ]);
  expect([group.stopped, watcher.failures]).toEqual([[], []]);
});

import { describe, expect, it } from '@jest/globals';
import { WaymarkError, type ErrorCode } from '@waymark/contracts';
import { runPartition } from './run-partition.js';
import { gate, hasSettled } from './testing/gate.js';
import { Watcher } from './testing/watcher.js';

const failure = (code: ErrorCode): WaymarkError => new WaymarkError(code, code);
const PLACE = { service: 'ingestion', partition: 2, inHand: { offset: 7, traceIds: ['t1'] } } as const;

/** What the processor does at each step: there is more, there is no more, or this failure. */
type Outcome = 'more' | 'none' | Error;

/** A processor that plays a script and aborts at its end. */
class Scripted {
  readonly service = PLACE.service;
  readonly partition = PLACE.partition;
  readonly inHand = PLACE.inHand;
  readonly abort = new AbortController();
  readonly watcher = new Watcher();
  readonly did: string[] = [];
  readonly pauses: number[] = [];
  /** What the next `idle` rejects with. */
  idleFailure: Error | undefined;
  readonly #script: Outcome[];

  constructor(script: readonly Outcome[]) {
    this.#script = [...script];
  }

  async step(): Promise<boolean> {
    const outcome = this.#script.shift();
    if (this.#script.length === 0) this.abort.abort();
    this.did.push('step');
    if (outcome instanceof Error) throw outcome;
    return outcome === 'more';
  }

  async idle(): Promise<void> {
    this.did.push('idle');
    const failed = this.idleFailure;
    this.idleFailure = undefined;
    if (failed) throw failed;
  }

  run(): ReturnType<typeof runPartition> {
    return runPartition(this, {
      signal: this.abort.signal,
      observer: this.watcher,
      pause: async (ms) => void this.pauses.push(ms),
    });
  }
}

describe('runPartition', () => {
  it('steps while there is more, and idles when there is not', async () => {
    const processor = new Scripted(['more', 'more', 'none', 'more', 'more']);
    expect(await processor.run()).toEqual({});
    expect(processor.did).toEqual(['step', 'step', 'step', 'idle', 'step', 'step']);
    expect([processor.pauses, processor.watcher.failures]).toEqual([[], []]);
  });

  it.each<ErrorCode>(['FENCED', 'STATE_CONFLICT', 'STORE_UNAVAILABLE', 'LOG_UNAVAILABLE', 'DISK_FULL'])(
    'goes on after %s: told, not stopped, after a pause',
    async (code) => {
      const error = failure(code);
      const processor = new Scripted([error, 'more', 'more']);
      expect(await processor.run()).toEqual({});
      expect(processor.did).toEqual(['step', 'step', 'step']);
      expect(processor.pauses).toEqual([50]);
      expect(processor.watcher.failures).toEqual([{ service: 'ingestion', partition: 2, error, stopped: false }]);
    },
  );

  it.each<[string, unknown]>([
    ['an invalid input', failure('INVALID_RECORD')],
    ['a defect', failure('DEFECT')],
    ['what nobody classified', new TypeError('x is not a function')],
  ])('stops at once at %s, loudly, and resolves with it', async (_, error) => {
    const processor = new Scripted(['more', error as Error, 'more']);
    expect(await processor.run()).toEqual({ stoppedBy: error });
    expect(processor.did).toEqual(['step', 'step']);
    expect(processor.pauses).toEqual([]);
    expect(processor.watcher.failures).toEqual([{ service: 'ingestion', partition: 2, error, stopped: true }]);
  });

  it('tells a failure with what was in hand', async () => {
    const processor = new Scripted([failure('STORE_UNAVAILABLE'), 'more']);
    await processor.run();
    expect(processor.watcher.inHand).toEqual([PLACE.inHand]);
  });

  it('doubles the pause from 50 ms up to 5 s', async () => {
    const processor = new Scripted([...Array<Error>(10).fill(failure('STORE_UNAVAILABLE')), 'more']);
    await processor.run();
    expect(processor.pauses).toEqual([50, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  it('stays at 5 s however long it lasts', async () => {
    const processor = new Scripted([...Array<Error>(1_100).fill(failure('STORE_UNAVAILABLE')), 'more']);
    await processor.run();
    expect(processor.pauses.slice(7).every((ms) => ms === 5_000)).toBe(true);
  });

  it('begins with 50 ms again after a step that worked', async () => {
    const down = failure('LOG_UNAVAILABLE');
    const processor = new Scripted([down, down, 'more', down, failure('FENCED'), 'more']);
    await processor.run();
    expect(processor.pauses).toEqual([50, 100, 50, 100]);
  });

  it('treats a failure while idle as one of a step', async () => {
    const processor = new Scripted(['none', 'more', 'more']);
    processor.idleFailure = failure('STORE_UNAVAILABLE');
    expect(await processor.run()).toEqual({});
    expect(processor.did).toEqual(['step', 'idle', 'step', 'step']);
    expect(processor.pauses).toEqual([50]);
    const broken = new Scripted(['none', 'more']);
    broken.idleFailure = new TypeError('x is not a function');
    expect(await broken.run()).toEqual({ stoppedBy: expect.any(TypeError) });
  });
});

describe('runPartition when it is to stop (P7)', () => {
  it('finishes the batch in hand and begins no other', async () => {
    const { signal, abort } = withAbort();
    const batch = gate();
    let steps = 0;
    const step = async (): Promise<boolean> => {
      steps += 1;
      await batch.opened;
      return true;
    };
    const running = runPartition({ ...PLACE, step, idle: async () => undefined }, { signal });
    abort();
    expect(await hasSettled(running)).toBe(false);
    batch.open();
    expect(await running).toEqual({});
    expect(steps).toBe(1);
  });

  it('tells of a batch in hand that fails, and takes it up no more', async () => {
    const { signal, abort } = withAbort();
    const batch = gate();
    const watcher = new Watcher();
    const step = async (): Promise<boolean> => {
      await batch.opened;
      throw failure('STORE_UNAVAILABLE');
    };
    const running = runPartition({ ...PLACE, step, idle: async () => undefined }, { signal, observer: watcher });
    abort();
    batch.open();
    expect(await running).toEqual({});
    expect(watcher.failures.map(({ stopped }) => stopped)).toEqual([false]);
  });

  it('does nothing when it was to stop before it began', async () => {
    const processor = new Scripted(['more']);
    processor.abort.abort();
    expect(await processor.run()).toEqual({});
    expect(processor.did).toEqual([]);
  });

  it('is told nothing of a pause cut short: being asked to stop is no failure', async () => {
    const { signal, abort } = withAbort();
    let steps = 0;
    const step = async (): Promise<boolean> => {
      steps += 1;
      throw failure('STORE_UNAVAILABLE');
    };
    const observer = { batch: () => undefined, failure: () => setImmediate(abort) };
    const idle = async (): Promise<void> => undefined;
    expect(await runPartition({ ...PLACE, step, idle }, { signal, observer })).toEqual({});
    expect(steps).toBe(1);
  });
});

function withAbort(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

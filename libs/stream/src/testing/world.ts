import { HEADERS, WaymarkError, type LogRecord, type NewRecord } from '@waymark/contracts';
import { ManualClock, MemoryEventLog, type EventLog } from '@waymark/ports';
import { PartitionProcessor } from '../partition-processor.js';
import type { Tracing } from '../tracing.js';
import { LedgerStore, ledgerTopology } from './ledger-topology.js';
import { Watcher } from './watcher.js';

export type Ledger = ReturnType<typeof ledgerTopology>;
type Input = Parameters<Ledger['fold']>[0]['records'][number]['record'];
export type LedgerProcessor = PartitionProcessor<Input, null, unknown, unknown>;

/** A store whose saves are refused as often as it is told, each time after `meanwhile`. */
class ContestedStore extends LedgerStore {
  conflicts = 0;
  meanwhile: () => void = () => undefined;

  protected override check(): void {
    if (this.conflicts === 0) return;
    this.conflicts -= 1;
    this.meanwhile();
    throw new WaymarkError('STATE_CONFLICT', 'a row was changed by another partition first');
  }
}

/** One partition of the toy service, over memory; each `processor` is one life of it. */
export class World {
  readonly clock: ManualClock;
  readonly log = new MemoryEventLog(1);
  readonly store: ContestedStore;
  readonly watcher = new Watcher();
  tracing: Tracing | undefined;
  /** What was done to store and log, in order. */
  readonly effects: string[] = [];
  /** Fails the next effect of this name. */
  failing: { effect: string; error: Error } | undefined;

  constructor({ transactional = false, clock = new ManualClock(0) } = {}) {
    this.clock = clock;
    const appendOutputs = (outputs: readonly NewRecord[]): void => this.log.appendNow(outputs);
    this.store = new ContestedStore(transactional ? { appendOutputs } : {});
  }

  processor(of: Partial<Ledger> = {}, batchMax = 10): LedgerProcessor {
    const store = this.#watched(this.store, ['progress', 'pending', 'activeResources', 'save', 'clear']);
    const log: EventLog = this.#watched(this.log, ['append', 'read']);
    const { clock, watcher: observer, tracing } = this;
    const topology = { ...ledgerTopology(this.store), store, ...of };
    return new PartitionProcessor(topology, {
      log,
      clock,
      partition: 0,
      batchMax,
      observer,
      tracing,
    });
  }

  send(...values: (object | string)[]): void {
    for (const value of values)
      this.log.appendNow([
        { topic: 'events', key: 'ada', value: typeof value === 'string' ? value : JSON.stringify(value) },
      ]);
  }

  /** Sends what is caused within a trace. */
  sendIn(traceparent: string, value: object | string): void {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    this.log.appendNow([{ topic: 'events', key: 'ada', value: text, headers: { [HEADERS.traceparent]: traceparent } }]);
  }

  async records(topic: 'interactions' | 'dead-letters'): Promise<LogRecord[]> {
    return this.log.read({ topic, partition: 0, offset: 0, max: 1_000 });
  }

  async outputs(): Promise<string[]> {
    return (await this.records('interactions')).map(({ value }) => {
      const { type, id, sum, revision } = JSON.parse(value) as Record<string, string>;
      return [type, id, sum, revision].filter((part) => part !== undefined).join(' ');
    });
  }

  #watched<T extends object>(target: T, names: readonly string[]): T {
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        return names.includes(String(name)) ? this.#effect(String(name), call) : call;
      },
    });
  }

  #effect(name: string, call: (...args: unknown[]) => unknown): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      this.effects.push(name);
      if (this.failing?.effect === name) {
        const { error } = this.failing;
        this.failing = undefined;
        throw error;
      }
      return call(...args);
    };
  }
}

export const add = (id: string, amount = 1): object => ({ type: 'add', id, amount });
export const alarm = (id: string, dueAt: number): object => ({ type: 'set', id, dueAt });
export const workspace = (revision: number): object => ({ type: 'workspace', revision });
export const down = (): WaymarkError => new WaymarkError('STORE_UNAVAILABLE', 'the store is down');

/** Steps until there is no more; resolves with how many batches there were. */
export async function stepAll(processor: LedgerProcessor): Promise<number> {
  let batches = 0;
  while (await processor.step()) batches += 1;
  return batches;
}

import type { NewRecord } from '@waymark/contracts';
import type { EventLog } from '@waymark/ports';
import { Killed, type LedgerStore } from './ledger-topology.js';

/** What happens at one effect: nothing, death before it, death after it, death in the middle of it, or another owner's step first. */
export type Fault = 'none' | 'before' | 'after' | 'torn' | 'other-owner';

/** Deals out faults, one for each effect in the order they are reached; none when they are used up. */
export class FaultPlan {
  readonly #faults: Fault[];
  injected = 0;
  /** Called for `other-owner`. */
  otherOwnerSteps: () => Promise<void> = () => Promise.resolve();

  constructor(faults: readonly Fault[]) {
    this.#faults = [...faults];
  }

  /** No further faults. */
  end(): void {
    this.#faults.length = 0;
  }

  /** Runs an effect under the next fault. `torn` is what half of the effect would be; an atomic effect has none. */
  async run<T>(effect: () => Promise<T>, torn?: () => Promise<unknown>): Promise<T> {
    const fault = this.#faults.shift() ?? 'none';
    if (fault !== 'none') this.injected += 1;
    if (fault === 'before') throw new Killed();
    if (fault === 'other-owner') await this.otherOwnerSteps();
    if (fault === 'torn' && torn) {
      await torn();
      throw new Killed();
    }
    const result = await effect();
    if (fault === 'after' || fault === 'torn') throw new Killed();
    return result;
  }
}

/** The log as one owner reaches it, with faults at each effect; an append may be torn after any record. */
export function faultyLog(log: EventLog, plan: FaultPlan): EventLog {
  return {
    partitions: log.partitions,
    append: (records: readonly NewRecord[]) =>
      plan.run(
        () => log.append(records),
        () => log.append(records.slice(0, Math.floor(records.length / 2))),
      ),
    read: (from) => plan.run(() => log.read(from)),
    waitFor: (at, signal) => log.waitFor(at, signal),
    endOffset: (at) => log.endOffset(at),
  };
}

/** The store as one owner reaches it, with faults at each effect; a save is a transaction and cannot be torn. */
export function faultyStore(store: LedgerStore, plan: FaultPlan): LedgerStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = (...args: unknown[]): Promise<unknown> => Reflect.apply(value, target, args) as Promise<unknown>;
      return EFFECTS.has(name) ? (...args: unknown[]) => plan.run(() => call(...args)) : call;
    },
  });
}

const EFFECTS = new Set<string | symbol>(['save', 'clear', 'progress', 'pending', 'activeResources']);

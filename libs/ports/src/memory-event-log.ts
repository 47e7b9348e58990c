import type { LogRecord, NewRecord, Topic } from '@waymark/contracts';
import type { EventLog } from './event-log.js';
import { placeOf } from './place-of.js';

/** A log in memory. Unbounded: for tests, scenarios and simulations. */
export class MemoryEventLog implements EventLog {
  readonly partitions: number;
  readonly #records = new Map<string, LogRecord[]>();
  readonly #waiters = new Map<string, Set<() => void>>();

  constructor(partitions: number) {
    this.partitions = partitions;
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    this.appendNow(records);
  }

  /** Appends within the caller's own step: how a memory store makes the log part of its transaction. */
  appendNow(records: readonly NewRecord[]): void {
    const placed = records.map((record) => ({ record, partition: placeOf(record, this.partitions) }));
    for (const { record, partition } of placed) {
      const list = this.#list(record.topic, partition);
      const { topic, key, value, encoding, headers = {} } = record;
      const offset = list.length;
      list.push({ topic, partition, offset, key, value, ...(encoding !== undefined && { encoding }), headers });
      for (const wake of this.#waiters.get(place(topic, partition)) ?? []) wake();
    }
  }

  async read(from: { topic: Topic; partition: number; offset: number; max: number }): Promise<LogRecord[]> {
    return this.#list(from.topic, from.partition).slice(from.offset, from.offset + from.max);
  }

  waitFor(at: { topic: Topic; partition: number; offset: number }, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#list(at.topic, at.partition).length > at.offset) return Promise.resolve();
    const key = place(at.topic, at.partition);
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters);
    return new Promise((resolve) => {
      const wake = (): void => {
        waiters.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      waiters.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  async endOffset(at: { topic: Topic; partition: number }): Promise<number> {
    return this.#list(at.topic, at.partition).length;
  }

  #list(topic: Topic, partition: number): LogRecord[] {
    const key = place(topic, partition);
    let list = this.#records.get(key);
    if (!list) this.#records.set(key, (list = []));
    return list;
  }
}

function place(topic: Topic, partition: number): string {
  return `${topic}/${partition}`;
}

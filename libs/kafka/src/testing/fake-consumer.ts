import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';

const EVENTS = {
  GROUP_JOIN: 'consumer.group_join',
  REBALANCING: 'consumer.rebalancing',
  STOP: 'consumer.stop',
  CRASH: 'consumer.crash',
  END_BATCH_PROCESS: 'consumer.end_batch_process',
} as const;

type Event = (typeof EVENTS)[keyof typeof EVENTS];
interface Batch {
  partition: number;
  /** Where it was fetched. */
  at: number;
  messages: readonly KafkaMessage[];
  last: number;
  isStale?: boolean;
}

/** The part of a consumer of kafkajs that is used here, driven by the test. */
export class FakeConsumer {
  readonly events = EVENTS;
  /** What was asked of it, in order. */
  readonly calls: string[] = [];
  /** Up to where the handler of batches took what it was given. */
  readonly resolved: number[] = [];
  /** What its next connect, run or commit fails with. */
  failure: Error | undefined;
  #listeners: [Event, (event: { payload: unknown }) => void][] = [];
  #eachBatch!: (payload: EachBatchPayload) => Promise<void>;

  get asConsumer(): Consumer {
    return this as unknown as Consumer;
  }

  on(event: Event, listener: (event: { payload: unknown }) => void): void {
    this.#listeners.push([event, listener]);
  }

  emit(event: keyof typeof EVENTS, payload: unknown = {}): void {
    for (const [name, listener] of this.#listeners) if (name === EVENTS[event]) listener({ payload });
  }

  join(partitions: readonly number[], topic = 'events'): void {
    this.emit('GROUP_JOIN', { memberAssignment: { [topic]: partitions } });
  }

  crash(error: Error): void {
    this.emit('STOP');
    this.emit('CRASH', { error });
  }

  async give({ partition, at, messages, last, isStale = false }: Batch): Promise<void> {
    const batch = { topic: 'events', partition, fetchedOffset: String(at), messages, lastOffset: () => String(last) };
    await this.#eachBatch({
      batch,
      resolveOffset: (offset: string) => this.resolved.push(Number(offset)),
      isStale: () => isStale,
    } as unknown as EachBatchPayload);
  }

  async connect(): Promise<void> {
    this.#fail();
  }

  async subscribe({ topics }: { topics: string[] }): Promise<void> {
    this.calls.push(`subscribe ${topics.join(' ')}`);
  }

  async run({ eachBatch }: { eachBatch: (payload: EachBatchPayload) => Promise<void> }): Promise<void> {
    this.#eachBatch = eachBatch;
  }

  async disconnect(): Promise<void> {
    this.calls.push('disconnect');
    this.emit('STOP');
  }

  seek({ partition, offset }: { partition: number; offset: string }): void {
    this.calls.push(`seek ${partition} ${offset}`);
  }

  pause([{ partitions }]: [{ partitions: number[] }]): void {
    if (partitions.length > 0) this.calls.push(`pause ${partitions.join(' ')}`);
  }

  resume([{ partitions }]: [{ partitions: number[] }]): void {
    this.calls.push(`resume ${partitions.join(' ')}`);
  }

  async commitOffsets(offsets: { partition: number; offset: string }[]): Promise<void> {
    this.#fail();
    for (const { partition, offset } of offsets) this.calls.push(`commit ${partition} ${offset}`);
  }

  #fail(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
  }
}

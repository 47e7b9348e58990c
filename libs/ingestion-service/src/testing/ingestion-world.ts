import type { CustomerEvent, NewRecord, RawEvent, Resource, VersionId } from '@waymark/contracts';
import {
  ManualClock,
  MemoryEventLog,
  MemoryHotContext,
  MemoryIngestionStore,
  MemorySourceRegistry,
  MemoryWorkspaceRegistry,
} from '@waymark/ports';
import { PartitionProcessor } from '@waymark/stream';
import { createIngestion, type Ingestion } from '../create-ingestion.js';
import { toRecord } from '../accept/acceptor.js';
import { NOW, aSource } from './samples.js';

const PARTITION = 0;
const BATCH_MAX = 1_000;
const ALL = Number.MAX_SAFE_INTEGER;

/** The ingestion service over memory ports, with one partition. A workspace's files are resources in JSON. */
export class IngestionWorld {
  readonly clock = new ManualClock(Date.parse(NOW));
  readonly log = new MemoryEventLog(1);
  readonly store = new MemoryIngestionStore({ appendOutputs: (outputs) => this.log.appendNow(outputs) });
  readonly hot = new MemoryHotContext({ customersMax: 100 });
  readonly sources = new MemorySourceRegistry();
  readonly registry = new MemoryWorkspaceRegistry();
  readonly ingestion: Ingestion;
  readonly #processor;

  constructor() {
    const { store, sources, registry, log, hot, clock } = this;
    const check = (files: readonly { text: string }[]) => files.map(({ text }) => aVersion(text));
    this.ingestion = createIngestion({ store, sources, registry, log, hot, clock, queueMax: 1_000, check });
    this.#processor = new PartitionProcessor(this.ingestion.topology, {
      log,
      clock,
      partition: PARTITION,
      batchMax: BATCH_MAX,
    });
  }

  /** A world that {@link WRITE_KEY} is let into. */
  static async open(): Promise<IngestionWorld> {
    const world = new IngestionWorld();
    await world.sources.put(aSource());
    return world;
  }

  send(...events: readonly RawEvent[]): void {
    this.log.appendNow(events.map(toRecord));
  }

  append(...records: readonly NewRecord[]): void {
    this.log.appendNow(records);
  }

  /** Processes all there is. */
  async settle(): Promise<void> {
    while (await this.#processor.step());
  }

  /** What is on `events.raw`. */
  async raw(): Promise<RawEvent[]> {
    return this.#read('events.raw');
  }

  /** What is on `events`. */
  async events(): Promise<CustomerEvent[]> {
    return this.#read('events');
  }

  async #read<R>(topic: 'events.raw' | 'events'): Promise<R[]> {
    const records = await this.log.read({ topic, partition: PARTITION, offset: 0, max: ALL });
    return records.map(({ value }) => JSON.parse(value) as R);
  }
}

/** A resource whose version is its text. */
export function aVersion(text: string): { resource: Resource; version: VersionId } {
  return { resource: JSON.parse(text) as Resource, version: text as VersionId };
}

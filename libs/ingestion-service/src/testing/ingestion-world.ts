import type { CustomerEvent, DeadLetter, EpochMs, NewRecord, RawEvent, Resource, VersionId } from '@waymark/contracts';
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
  readonly #batchMax: number;
  #processor;

  constructor({ batchMax = BATCH_MAX } = {}) {
    const { store, sources, registry, log, hot, clock } = this;
    const check = (files: readonly { text: string }[]) => files.map(({ text }) => aVersion(text));
    this.ingestion = createIngestion({ store, sources, registry, log, hot, clock, queueMax: 1_000, check });
    this.#batchMax = batchMax;
    this.#processor = this.#start();
  }

  /** The process dies and is started anew: only what is stored is left of it. */
  restart(): void {
    this.#processor = this.#start();
  }

  #start() {
    const { log, clock } = this;
    const options = { log, clock, partition: PARTITION, batchMax: this.#batchMax };
    return new PartitionProcessor(this.ingestion.topology, options);
  }

  /** Makes the workspace these resources, and processes all there is. */
  async apply(...resources: readonly object[]): Promise<void> {
    const files = resources.map((resource, n) => ({ path: `${n}`, text: JSON.stringify(resource) }));
    await this.ingestion.workspace.apply(files, { dryRun: false });
    await this.settle();
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

  /** Processes one batch; resolves with whether there may be more. */
  step(): Promise<boolean> {
    return this.#processor.step();
  }

  /** Lets time pass: what falls due on the way happens at its own moment. */
  async advanceTo(to: EpochMs): Promise<void> {
    await this.settle();
    for (;;) {
      const next = await this.#processor.nextDueAt();
      if (next === undefined || next > to) break;
      this.clock.moveTo(Math.max(next, this.clock.now()));
      await this.settle();
    }
    this.clock.moveTo(to);
    await this.settle();
  }

  /** What is on `events.raw`. */
  async raw(): Promise<RawEvent[]> {
    return this.#read('events.raw');
  }

  /** What is on `events`. */
  async events(): Promise<CustomerEvent[]> {
    return this.#read('events');
  }

  /** What is on `dead-letters`. */
  async deadLetters(): Promise<DeadLetter[]> {
    return this.#read('dead-letters');
  }

  async #read<R>(topic: 'events.raw' | 'events' | 'dead-letters'): Promise<R[]> {
    const records = await this.log.read({ topic, partition: PARTITION, offset: 0, max: ALL });
    return records.map(({ value }) => JSON.parse(value) as R);
  }
}

/** A resource whose version is its text. */
export function aVersion(text: string): { resource: Resource; version: VersionId } {
  return { resource: JSON.parse(text) as Resource, version: text as VersionId };
}

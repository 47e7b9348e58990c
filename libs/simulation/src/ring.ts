/**
 * All four services over the memory ports, driven step by step: nothing happens but by `settle` and `advanceTo`, so a year
 * takes milliseconds and the same inputs always give the same history.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { createActionDispatch, type ActionDispatch } from '@waymark/action-dispatch-service';
import { sourceIdSchema, WaymarkError, type CustomerId, type EpochMs, type ServiceName } from '@waymark/contracts';
import { createIngestion, type CheckWorkspace, type Ingestion } from '@waymark/ingestion-service';
import { createJourneyState, TimelineReader, type JourneyState } from '@waymark/journey-state-service';
import { createPersonalization, type Personalization } from '@waymark/personalization-service';
import {
  ManualClock,
  MemoryDispatchStore,
  MemoryEventLog,
  MemoryHotContext,
  MemoryIngestionStore,
  MemoryJobQueue,
  MemoryJourneyStore,
  MemoryPersonalizationStore,
  MemorySourceRegistry,
  MemoryWorkspaceRegistry,
  type ContextReader,
} from '@waymark/ports';
import { PartitionProcessor, type Measure, type StreamObserver, type Topology, type Tracing } from '@waymark/stream';
import { Crash, crashing } from './crashing-store.js';
import { RecordingTransport } from './recording-transport.js';

const PARTITIONS = 2;
const BATCH_MAX = 100;
const SEND_CONCURRENCY = 8;
/** More rounds than this without coming to rest is a loop of records, which a journey can make by emitting its own entry event. */
const ROUNDS_MAX = 100_000;

/** Lets messages that are on their way reach the provider and come back: it answers at once. */
const handOversAnswer = promisify(setImmediate);

type AnyTopology = Topology<never, unknown, unknown, unknown>;

/** Who watches a ring. */
export interface RingWatch {
  tracing?: Tracing;
  observer?: StreamObserver;
  measure?: (measure: Measure) => void;
}

export class Ring {
  readonly clock: ManualClock;
  readonly log = new MemoryEventLog(PARTITIONS);
  readonly jobs: MemoryJobQueue;
  readonly provider: RecordingTransport;
  readonly stores = {
    ingestion: crashing(new MemoryIngestionStore()),
    'journey-state': crashing(new MemoryJourneyStore()),
    personalization: crashing(new MemoryPersonalizationStore()),
    'action-dispatch': crashing(new MemoryDispatchStore()),
  };
  ingestion: Ingestion;
  journeyState: JourneyState;
  personalization: Personalization;
  dispatch: ActionDispatch;
  readonly timelines: TimelineReader;
  readonly #check: CheckWorkspace;
  readonly #watch: RingWatch;
  readonly #sources = new MemorySourceRegistry();
  readonly #registry = new MemoryWorkspaceRegistry();
  /** Asks the ingestion of the moment: it may have been started anew. */
  readonly #contexts: ContextReader = { read: (wanted) => this.ingestion.contexts.read(wanted) };
  readonly #resolve = (id: string): Promise<CustomerId> => this.ingestion.customers.resolve(id);
  #processors = new Map<ServiceName, PartitionProcessor<never, unknown, unknown, unknown>[]>();

  constructor(start: EpochMs, check: CheckWorkspace, watch: RingWatch = {}) {
    this.clock = new ManualClock(start);
    this.jobs = new MemoryJobQueue(this.clock);
    this.provider = new RecordingTransport(this.clock);
    this.#check = check;
    this.#watch = watch;
    this.ingestion = this.#createIngestion();
    this.journeyState = this.#createJourneyState();
    this.personalization = this.#createPersonalization();
    this.dispatch = this.#createDispatch();
    this.timelines = new TimelineReader(
      [this.ingestion, this.journeyState, this.personalization, this.dispatch].map(({ timeline }) => timeline),
      this.#resolve,
    );
    for (const topology of this.#topologies()) this.#start(topology);
  }

  /** Makes a write key known; resolves with the header that uses it. */
  async authorize(): Promise<string> {
    const keyHash = createHash('sha256').update('scenario').digest('hex');
    await this.ingestion.sources.put({
      id: sourceIdSchema.parse('scenario'),
      name: 'Scenario',
      keyHash,
      createdAt: new Date(this.clock.now()).toISOString(),
    });
    await this.dispatch.start();
    return `Basic ${Buffer.from('scenario:').toString('base64')}`;
  }

  /** The service dies after its next save and is started anew: only what is stored is left of it. */
  crash(service: ServiceName): void {
    this.stores[service].crashAfterNextSave();
  }

  /** Steps everything until nothing moves. */
  async settle(): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      let moved = await this.jobs.step();
      for (const [service, processors] of this.#processors) {
        for (const processor of processors) moved = (await this.#step(service, processor)) || moved;
      }
      if (!moved && (await this.#isSettled())) return;
      await handOversAnswer();
    }
    throw new WaymarkError('DEFECT', 'the ring does not come to rest: does a journey emit the event that enters it?');
  }

  /** Lets time pass: everything that falls due on the way happens at its own moment, in due order. */
  async advanceTo(to: EpochMs): Promise<void> {
    await this.settle();
    for (;;) {
      const next = await this.#nextDueAt();
      if (next === undefined || next > to) break;
      this.clock.moveTo(Math.max(next, this.clock.now()));
      await this.settle();
    }
    this.clock.moveTo(to);
    await this.settle();
  }

  async #step(service: ServiceName, processor: PartitionProcessor<never, unknown, unknown, unknown>): Promise<boolean> {
    try {
      return await processor.step();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      await this.#restart(service);
      return true;
    }
  }

  /** Only what is stored, and what waits in the log and the job queue, outlives a service. */
  async #restart(service: ServiceName): Promise<void> {
    if (service === 'ingestion') this.ingestion = this.#createIngestion();
    if (service === 'journey-state') this.journeyState = this.#createJourneyState();
    if (service === 'personalization') this.personalization = this.#createPersonalization();
    if (service === 'action-dispatch') {
      this.dispatch = this.#createDispatch();
      await this.dispatch.start();
    }
    this.#start(this.#topologies().find((topology) => topology.service === service)!);
  }

  #createIngestion(): Ingestion {
    return createIngestion({
      store: this.stores.ingestion.store,
      sources: this.#sources,
      registry: this.#registry,
      log: this.log,
      hot: new MemoryHotContext({ customersMax: 10_000 }),
      clock: this.clock,
      queueMax: 100_000,
      check: this.#check,
      ...this.#watch,
    });
  }

  #createJourneyState(): JourneyState {
    const { log, clock } = this;
    return createJourneyState({
      store: this.stores['journey-state'].store,
      contexts: this.#contexts,
      workspace: {
        current: () => this.ingestion.workspace.current(),
        change: (from, changes) => this.ingestion.workspace.change(from, changes),
        publications: (of, max) => this.ingestion.workspace.publications(of, max),
      },
      deliveries: this.stores['action-dispatch'].store,
      log,
      clock,
      resolve: this.#resolve,
    });
  }

  #createPersonalization(): Personalization {
    const { log, clock, stores } = this;
    return createPersonalization({
      store: stores.personalization.store,
      contexts: this.#contexts,
      log,
      clock,
      resolve: this.#resolve,
    });
  }

  #createDispatch(): ActionDispatch {
    const { log, clock, jobs, provider } = this;
    return createActionDispatch({
      store: this.stores['action-dispatch'].store,
      contexts: this.#contexts,
      log,
      jobs,
      clock,
      transports: { smtp: provider, webhook: provider, inbox: provider, log: provider },
      secrets: (name) => `secret-${name}`,
      sendConcurrency: SEND_CONCURRENCY,
      ...this.#watch,
    });
  }

  #topologies(): AnyTopology[] {
    const { ingestion, journeyState, personalization, dispatch } = this;
    return [ingestion, journeyState, personalization, dispatch].map(
      ({ topology }) => topology as unknown as AnyTopology,
    );
  }

  #start(topology: AnyTopology): void {
    const { log, clock } = this;
    const processors = Array.from(
      { length: PARTITIONS },
      (_, partition) =>
        new PartitionProcessor(topology, { log, clock, partition, batchMax: BATCH_MAX, ...this.#watch }),
    );
    this.#processors.set(topology.service, processors);
  }

  async #isSettled(): Promise<boolean> {
    const settled = await Promise.all([...this.#processors.values()].flat().map((processor) => processor.isSettled()));
    return settled.every(Boolean);
  }

  async #nextDueAt(): Promise<EpochMs | undefined> {
    const due = await Promise.all([...this.#processors.values()].flat().map((processor) => processor.nextDueAt()));
    const moments = [...due, this.jobs.nextDueAt()].filter((moment) => moment !== undefined);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }
}

/**
 * One process of a cluster: the services it hosts, with everything that they keep in memory, and the partitions that are
 * its own. It runs them as `ProcessorGroup` does, but that it pauses on its own clock.
 *
 *   running --stand--> standing still --time--> running
 *      |--die--> dead: nothing of its memory is left, its calls are buried
 *      '--retire--> drained, partitions released --> dead
 */
import {
  createActionDispatch,
  type ActionDispatch,
  type Message,
  type SendResult,
} from '@waymark/action-dispatch-service';
import type { EpochMs, ServiceName } from '@waymark/contracts';
import { createIngestion, type CheckWorkspace, type Ingestion } from '@waymark/ingestion-service';
import { createJourneyState, type JourneyState } from '@waymark/journey-state-service';
import { createPersonalization } from '@waymark/personalization-service';
import { MemoryHotContext, type BatchCommit, type ContextReader, type EventLog } from '@waymark/ports';
import { PartitionProcessor, runPartition, type StreamObserver, type Topology } from '@waymark/stream';
import type { Chronicle } from './chronicle.js';
import { gatedHot, gatedJobs, gatedLog, gatedStore, type Gate } from './gated.js';
import type { Ground, Stores } from './ground.js';
import type { Handling } from './provider.js';
import type { Random } from './random.js';
import type { RoutedJobs } from './routed-jobs.js';
import { SkewedClock } from './skewed-clock.js';
import type { Caller, Turnstile } from './turnstile.js';
import type { WorldTime } from './world-time.js';

const HOT_CUSTOMERS_MAX = 1_000;
const QUEUE_MAX = 10_000;
const SEND_CONCURRENCY = 2;

type AnyTopology = Topology<never, unknown, unknown, unknown>;
type AnyProcessor = PartitionProcessor<never, unknown, unknown, unknown>;

/** Where processes live. */
export interface Surroundings {
  time: WorldTime;
  ground: Ground;
  turnstile: Turnstile;
  chronicle: Chronicle;
  jobs: RoutedJobs;
  /** Draws where appends break off. */
  random: Random;
  check: CheckWorkspace;
  /** Records of one batch at most. */
  batchMax: number;
  /** What the provider does with the message that is handed over now. */
  handlingOf: (message: Message) => Handling;
  observer: StreamObserver;
}

export interface ProcessPlan {
  name: string;
  services: readonly ServiceName[];
  /** How far its clock is ahead, in milliseconds. */
  skewMs: number;
  /** Whether it keeps a hot context of its own: right only where it is the only process. */
  ownHot: boolean;
}

interface Run {
  lost: AbortController;
  ended: Promise<void>;
}

export class SimProcess implements Caller {
  /** The plan's, and which life it is. */
  readonly name: string;
  readonly plan: ProcessPlan;
  readonly clock: SkewedClock;
  readonly ingestion: Ingestion;
  isAlive = true;
  standsUntil: EpochMs = 0;
  /** It ends as soon as what is on its way is done. */
  isRetiring = false;
  readonly #around: Surroundings;
  readonly #log: EventLog;
  readonly #processors = new Map<string, AnyProcessor>();
  readonly #runs = new Map<string, Run>();
  readonly #dispatch: ActionDispatch | undefined;

  constructor(plan: ProcessPlan, name: string, around: Surroundings) {
    this.name = name;
    this.plan = plan;
    this.#around = around;
    this.clock = new SkewedClock(around.time, plan.skewMs, () => this.standsUntil);
    this.#log = gatedLog(around.ground.log, this.#gate, around.random);
    const stores = this.#stores();
    this.ingestion = this.#createIngestion(stores, plan.ownHot);
    const contexts = this.#watched(this.ingestion.contexts, { isHandOver: false });
    const newest = this.#watched(this.ingestion.contexts, { isHandOver: true });
    if (this.#hosts('action-dispatch')) this.#dispatch = this.#createDispatch(stores, newest);
    const topologies: AnyTopology[] = [];
    if (this.#hosts('ingestion')) topologies.push(anyTopology(this.ingestion.topology));
    if (this.#hosts('journey-state')) topologies.push(anyTopology(this.#createJourneyState(stores, contexts)));
    if (this.#hosts('personalization')) topologies.push(anyTopology(this.#createPersonalization(stores, contexts)));
    if (this.#dispatch) topologies.push(anyTopology(this.#dispatch.topology));
    for (const topology of topologies) this.#prepare(topology);
  }

  /** What a process does first: works on jobs, and announces what an earlier one could not. */
  start(): void {
    void this.#dispatch?.start();
    if (this.#hosts('ingestion')) void this.ingestion.workspace.announce().catch(() => undefined);
  }

  /** Takes a partition, when an earlier run of it here has ended. */
  own(service: ServiceName, partition: number): void {
    const place = placeOf(service, partition);
    const processor = this.#processors.get(place)!;
    const earlier = this.#runs.get(place)?.ended;
    const lost = new AbortController();
    this.#runs.set(place, { lost, ended: this.#run(processor, lost.signal, earlier) });
  }

  /** Gives a partition up: finishes the batch in hand and releases it. */
  async giveUp(service: ServiceName, partition: number): Promise<void> {
    const run = this.#runs.get(placeOf(service, partition));
    run?.lost.abort();
    await run?.ended;
  }

  /** What is on its way answers and is saved; no more is claimed. */
  async drain(): Promise<void> {
    await this.ingestion.append.drained();
    await this.#dispatch?.drain();
  }

  async #run(processor: AnyProcessor, lost: AbortSignal, earlier: Promise<void> | undefined): Promise<void> {
    await earlier;
    const { chronicle, observer } = this.#around;
    const pause = (ms: number, signal: AbortSignal): Promise<void> => this.clock.wakeAt(this.clock.now() + ms, signal);
    const { stoppedBy } = await runPartition(processor, { signal: lost, observer, pause });
    if (stoppedBy !== undefined)
      chronicle.violated(`${this.name}: ${processor.service}/${processor.partition} stopped: ${wordsOf(stoppedBy)}`);
    processor.release();
  }

  get services(): readonly ServiceName[] {
    return this.plan.services;
  }

  #hosts(service: ServiceName): boolean {
    return this.services.includes(service);
  }

  get #gate(): Gate {
    return { caller: this, turnstile: this.#around.turnstile };
  }

  #stores(): Stores {
    const { ground, chronicle } = this.#around;
    const gated = <S extends object>(service: ServiceName, store: S): S =>
      gatedStore(store, this.#gate, {
        name: service,
        done: (method, args) => {
          if (method === 'save') chronicle.saved(service, args[0] as BatchCommit<never>, this);
        },
        unheard: (method, args) => {
          if (method === 'save') chronicle.unheard(service, args[0] as BatchCommit<never>);
        },
      });
    return {
      ingestion: gated('ingestion', ground.stores.ingestion),
      'journey-state': gated('journey-state', ground.stores['journey-state']),
      personalization: gated('personalization', ground.stores.personalization),
      'action-dispatch': gated('action-dispatch', ground.stores['action-dispatch']),
    };
  }

  #createIngestion(stores: Stores, ownHot: boolean): Ingestion {
    const { ground, check } = this.#around;
    const own = new MemoryHotContext({ customersMax: ownHot ? HOT_CUSTOMERS_MAX : 0 });
    return createIngestion({
      store: stores.ingestion,
      sources: ground.sources,
      registry: gatedStore(ground.registry, this.#gate, { name: 'registry' }),
      log: this.#log,
      hot: ground.hot ? gatedHot(ground.hot, this.#gate) : own,
      clock: this.clock,
      queueMax: QUEUE_MAX,
      check,
    });
  }

  #createJourneyState(stores: Stores, contexts: ContextReader): JourneyState['topology'] {
    const { workspace, customers } = this.ingestion;
    return createJourneyState({
      store: stores['journey-state'],
      contexts,
      workspace,
      deliveries: stores['action-dispatch'],
      log: this.#log,
      clock: this.clock,
      resolve: (id) => customers.resolve(id),
    }).topology;
  }

  #createPersonalization(
    stores: Stores,
    contexts: ContextReader,
  ): ReturnType<typeof createPersonalization>['topology'] {
    return createPersonalization({
      store: stores.personalization,
      contexts,
      log: this.#log,
      clock: this.clock,
      resolve: (id) => this.ingestion.customers.resolve(id),
    }).topology;
  }

  #createDispatch(stores: Stores, contexts: ContextReader): ActionDispatch {
    const { ground, jobs } = this.#around;
    const provider = { send: (message: Message) => this.#send(message), close: async () => undefined };
    return createActionDispatch({
      store: stores['action-dispatch'],
      contexts,
      log: this.#log,
      jobs: gatedJobs(ground.jobs, this.#gate, jobs),
      clock: this.clock,
      transports: { smtp: provider, webhook: provider, inbox: provider, log: provider },
      secrets: (name) => `secret-${name}`,
      sendConcurrency: SEND_CONCURRENCY,
    });
  }

  #send(message: Message): Promise<SendResult> {
    const { turnstile, ground, handlingOf } = this.#around;
    return turnstile.pass({
      caller: this,
      kind: 'send',
      what: `send ${message.action.actionId} by ${message.channel.id}, try ${message.attempt}`,
      code: 'PROVIDER_UNAVAILABLE',
      run: async () => ground.provider.handle(message, handlingOf(message)),
    });
  }

  /** The chronicle sees which versions of contexts are read. */
  #watched(contexts: ContextReader, use: { isHandOver: boolean }): ContextReader {
    const { chronicle } = this.#around;
    return {
      read: async (wanted) => {
        const due = chronicle.versionsDue(wanted, use);
        const found = await contexts.read(wanted);
        chronicle.contextsRead(found, due, this);
        return found;
      },
    };
  }

  #prepare(topology: AnyTopology): void {
    const { batchMax } = this.#around;
    for (let partition = 0; partition < this.#log.partitions; partition += 1) {
      const options = { log: this.#log, clock: this.clock, partition, batchMax };
      this.#processors.set(placeOf(topology.service, partition), new PartitionProcessor(topology, options));
    }
  }
}

export function placeOf(service: ServiceName, partition: number): string {
  return `${service}/${partition}`;
}

function anyTopology(topology: unknown): AnyTopology {
  return topology as AnyTopology;
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.stack}` : String(error);
}

/**
 * A whole population through a workspace's journeys. The four services' own topologies decide everything, as they do behind
 * the processors; what is lean is what stands around them: no log, no progress, stores that find by customer and drop what is
 * finished. So memory grows with the customers and not with the events.
 *
 * - Everything happens in the order of time, over all customers: whatever they share (the places of an entry cap) is taken by
 *   whoever comes first, as in a running system. Within one millisecond, by the order in which the events were given.
 * - The rounds at one moment are `Ring.settle`'s: one batch of each service in turn, until nothing moves. The spec compares
 *   the two over random populations.
 * - Providers answer ok at once; nothing leaves the process.
 */
import { WaymarkError, type EpochMs, type NewRecord, type RawEvent, type Topic } from '@waymark/contracts';
import { createActionDispatch, type ActionDispatch, type ChannelTransport } from '@waymark/action-dispatch-service';
import { createIngestion, toRecord, type Ingestion } from '@waymark/ingestion-service';
import { createJourneyState, type JourneyState } from '@waymark/journey-state-service';
import { createPersonalization, type Personalization } from '@waymark/personalization-service';
import {
  ManualClock,
  MemoryEventLog,
  MemoryJobQueue,
  MemorySourceRegistry,
  MemoryWorkspaceRegistry,
  type ActiveResources,
  type DispatchChanges,
  type HotContext,
  type JourneyChanges,
  type PersonalizationChanges,
  type Progress,
} from '@waymark/ports';
import type { Topology } from '@waymark/stream';
import { LeanDispatchStore } from './lean-dispatch-store.js';
import { LeanIngestionStore } from './lean-ingestion-store.js';
import { LeanJourneyStore } from './lean-journey-store.js';
import { LeanPersonalizationStore } from './lean-personalization-store.js';

const BATCH_MAX = 100;
const SEND_CONCURRENCY = 1_000;
/** More rounds than this at one moment is a loop of records, which a journey can make by emitting its own entry event. */
const ROUNDS_MAX = 10_000;

/** Told of every batch's changes once they are saved. */
export interface PopulationWatch {
  journeys(changes: JourneyChanges): void;
  decisions(changes: PersonalizationChanges): void;
  deliveries(changes: DispatchChanges): void;
  /** Events that the services refused. */
  refused(count: number): void;
  /** Events that had been taken before. */
  repeated(count: number): void;
}

export interface PopulationOptions {
  resources: ActiveResources['resources'];
  /** From here on journeys take entrants: what came before is only known of the customers. */
  start: EpochMs;
  watch: PopulationWatch;
  /** Rounds at one moment, at most. */
  roundsMax?: number;
}

interface Services {
  ingestion: Ingestion;
  journeys: JourneyState;
  decisions: Personalization;
  deliveries: ActionDispatch;
}

interface Stage {
  topology: Topology<never, unknown, unknown, unknown>;
  definitions: unknown;
  records: NewRecord[];
  progress: Progress;
  dueAt: () => Promise<EpochMs | undefined>;
  saved: (changes: never) => void;
}

const NO_PROGRESS: Progress = { version: 0, nextOffset: 0, nextSequence: 0, seen: {} };

/** Contexts are read where they are kept. */
const NO_HOT_CONTEXT: HotContext = { get: async () => new Map(), put: async () => {}, drop: async () => {} };

const TAKES_ALL: ChannelTransport = { send: async () => ({ ok: true }), close: async () => {} };

export class PopulationRun {
  readonly clock: ManualClock;
  readonly #options: PopulationOptions;
  readonly #stores: {
    ingestion: LeanIngestionStore;
    journeys: LeanJourneyStore;
    decisions: LeanPersonalizationStore;
    deliveries: LeanDispatchStore;
  };
  readonly #services: Services;
  readonly #stages: Stage[] = [];
  readonly #byTopic = new Map<Topic, Stage>();

  private constructor(options: PopulationOptions, from: EpochMs) {
    this.#options = options;
    this.clock = new ManualClock(from);
    this.#stores = {
      ingestion: new LeanIngestionStore(this.clock),
      journeys: new LeanJourneyStore(),
      decisions: new LeanPersonalizationStore(),
      deliveries: new LeanDispatchStore(),
    };
    this.#services = this.#createServices();
  }

  /** A run whose clock stands at `from`, with everything compiled. */
  static async create(options: PopulationOptions, from: EpochMs): Promise<PopulationRun> {
    const run = new PopulationRun(options, from);
    await run.#compile();
    return run;
  }

  /** Customers known so far. */
  get customers(): number {
    return this.#stores.ingestion.customers;
  }

  /** Instances that are still under way, or wait for their conversion. */
  get open(): number {
    return this.#stores.journeys.open;
  }

  /** Lets time pass up to the event, then takes it and everything that it causes at once. */
  async take(event: RawEvent): Promise<void> {
    await this.advanceTo(Math.max(this.clock.now(), Date.parse(event.receivedAt)));
    this.#push(toRecord(event));
    await this.#settle();
  }

  /** Everything that falls due up to `to` happens, at its own moment and in due order. */
  async advanceTo(to: EpochMs): Promise<void> {
    for (;;) {
      const next = await this.nextDueAt();
      if (next === undefined || next > to) break;
      this.clock.moveTo(Math.max(next, this.clock.now()));
      await this.#settle();
    }
    this.clock.moveTo(to);
  }

  /** The next moment at which something happens by itself. */
  async nextDueAt(): Promise<EpochMs | undefined> {
    const due = await Promise.all(this.#stages.map(({ dueAt }) => dueAt()));
    const next = Math.min(...due.map((at) => at ?? Infinity));
    return next === Infinity ? undefined : next;
  }

  async #settle(): Promise<void> {
    const { desk } = this.#services.deliveries;
    const { roundsMax = ROUNDS_MAX } = this.#options;
    for (let round = 0; round < roundsMax; round += 1) {
      let moved = false;
      for (const stage of this.#stages) moved = (await this.#step(stage)) || moved;
      while (desk.isBusy(0)) await Promise.resolve();
      if (!moved && !desk.hasMail(0)) return;
    }
    throw new WaymarkError(
      'INVALID_RESOURCE',
      'the journeys do not come to rest: does one emit the event that enters it?',
    );
  }

  async #step(stage: Stage): Promise<boolean> {
    const { topology, definitions } = stage;
    const now = this.clock.now();
    const isDue = ((await stage.dueAt()) ?? Infinity) <= now || topology.mailbox?.hasMail(0) === true;
    if (stage.records.length === 0 && !isDue) return false;
    const read = stage.records.splice(0, BATCH_MAX);
    const { records, refused } = this.#decoded(stage, read);
    const batch = { partition: 0, records, now };
    const folded = topology.fold(batch, await topology.load(batch, definitions), definitions);
    const { progress: from } = stage;
    const to = { ...from, version: from.version + 1, nextOffset: from.nextOffset + read.length };
    await topology.store.save({ partition: 0, from, to, changes: folded.changes, outputs: [], now });
    stage.progress = to;
    await topology.afterCommit?.(folded.changes);
    stage.saved(folded.changes as never);
    for (const output of folded.outputs) this.#push(output);
    const count = refused + (folded.rejected?.length ?? 0);
    if (count > 0) this.#options.watch.refused(count);
    const repeated = (folded.measures ?? []).filter(({ what }) => what === 'duplicate').length;
    if (repeated > 0) this.#options.watch.repeated(repeated);
    return true;
  }

  #decoded(
    { topology, progress }: Stage,
    read: readonly NewRecord[],
  ): { records: { record: never; offset: number }[]; refused: number } {
    const records: { record: never; offset: number }[] = [];
    for (const [i, record] of read.entries()) {
      const offset = progress.nextOffset + i;
      const decoded = topology.decode({ headers: {}, ...record, partition: 0, offset });
      if (decoded.type === 'record') records.push({ record: decoded.record, offset });
    }
    return { records, refused: read.length - records.length };
  }

  /** Journeys see nothing before their start. */
  #push(record: NewRecord): void {
    if (record.topic === 'events' && this.clock.now() < this.#options.start) return;
    this.#byTopic.get(record.topic)?.records.push(record);
  }

  async #compile(): Promise<void> {
    const { watch, resources } = this.#options;
    const { ingestion, journeys, decisions, deliveries } = this.#services;
    const { journeys: runs, deliveries: messages } = this.#stores;
    const never = async (): Promise<undefined> => undefined;
    const rules = await ingestion.topology.compile({ revision: 1, resources });
    const isTimed = rules.set !== '' || rules.schedules.length > 0;
    const evaluations = async (): Promise<EpochMs | undefined> => ingestion.topology.nextDueAt?.(0, rules);
    const ignore = (): void => {};
    const wanted = [
      { topology: ingestion.topology, dueAt: isTimed ? evaluations : never, saved: ignore },
      { topology: journeys.topology, dueAt: async () => runs.due.nextAt(), saved: watch.journeys },
      { topology: decisions.topology, dueAt: never, saved: watch.decisions },
      { topology: deliveries.topology, dueAt: async () => messages.due.nextAt(), saved: watch.deliveries },
    ];
    for (const { topology, dueAt, saved } of wanted) {
      const stage: Stage = {
        topology: topology as unknown as Stage['topology'],
        definitions: topology === ingestion.topology ? rules : await topology.compile({ revision: 1, resources }),
        records: [],
        progress: NO_PROGRESS,
        dueAt,
        saved: (changes) => saved.call(watch, changes),
      };
      this.#stages.push(stage);
      this.#byTopic.set(topology.source, stage);
    }
  }

  #createServices(): Services {
    const { clock } = this;
    const stores = this.#stores;
    const log = new MemoryEventLog(1);
    const ingestion = createIngestion({
      store: stores.ingestion,
      sources: new MemorySourceRegistry(),
      registry: new MemoryWorkspaceRegistry(),
      log,
      hot: NO_HOT_CONTEXT,
      clock,
      queueMax: 1,
      check: () => [],
    });
    const { contexts, workspace } = ingestion;
    const resolve = (id: string): ReturnType<typeof ingestion.customers.resolve> => ingestion.customers.resolve(id);
    return {
      ingestion,
      journeys: createJourneyState({
        store: stores.journeys,
        contexts,
        workspace,
        deliveries: stores.deliveries,
        log,
        clock,
        resolve,
      }),
      decisions: createPersonalization({ store: stores.decisions, contexts, log, clock, resolve }),
      deliveries: createActionDispatch({
        store: stores.deliveries,
        contexts,
        log,
        jobs: new MemoryJobQueue(clock),
        clock,
        transports: { smtp: TAKES_ALL, webhook: TAKES_ALL, inbox: TAKES_ALL, log: TAKES_ALL },
        secrets: (name) => `secret-${name}`,
        sendConcurrency: SEND_CONCURRENCY,
      }),
    };
  }
}

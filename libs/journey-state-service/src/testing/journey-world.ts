import {
  SCHEMA_VERSION,
  type ActionId,
  type CustomerEvent,
  type CustomerId,
  type Interaction,
  type Journey,
  type RawEvent,
  type SplitEpoch,
  type Topic,
  type WorkspaceChange,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import type { Instance } from '@waymark/journey-engine';
import {
  ManualClock,
  MemoryEventLog,
  MemoryJourneyStore,
  NOTHING_WANTED,
  publicationsIn,
  withChange,
  type Delivery,
  type HistoryEntry,
  type JourneyChanges,
  type JourneyStore,
  type WorkspaceState,
} from '@waymark/ports';
import { PartitionProcessor, runPartition, type Measure, type RunOptions, type StreamObserver } from '@waymark/stream';
import { createInstanceChecks, type InstanceChecks } from '../check/create-instance-checks.js';
import { createJourneyState, type JourneyState } from '../create-journey-state.js';
import { ADA, NOW } from './samples.js';

const PARTITION = 0;

/** Journey-state over memory ports, with one partition and a clock that is driven. */
export class JourneyWorld {
  readonly clock = new ManualClock(NOW);
  readonly log = new MemoryEventLog(1);
  readonly store = new MemoryJourneyStore({ appendOutputs: (outputs) => this.log.appendNow(outputs) });
  readonly contexts = new Map<CustomerId, CustomerContext>();
  journeyState!: JourneyState;
  #processor!: PartitionProcessor<never, unknown, unknown, unknown>;
  /** What each batch has measured. */
  readonly measured: (readonly Measure[])[] = [];
  /** How many messages action-dispatch holds back. */
  held = 0;
  /** What action-dispatch knows of messages. */
  readonly deliveries = new Map<ActionId, Delivery>();
  lags: { service: string; partition: number; lag: number }[] = [];
  checks!: InstanceChecks;
  #workspace: WorkspaceState = { revision: 0, resources: [] };
  readonly #changes: WorkspaceChange[] = [];

  constructor() {
    this.restart();
  }

  /** A new life of the process: what the one before held in memory is gone. */
  restart(): void {
    const { store, log, clock } = this;
    const contextOf = (id: CustomerId): CustomerContext => this.contexts.get(id) ?? emptyContext(id);
    this.journeyState = createJourneyState({
      store,
      contexts: {
        read: async (wanted) => new Map(wanted.map(({ customerId }) => [customerId, contextOf(customerId)])),
      },
      workspace: {
        current: async () => this.#workspace,
        change: (_, changes) => this.#change(changes),
        publications: async (of, max) =>
          [...this.#changes]
            .reverse()
            .flatMap((change) => publicationsIn(change, of))
            .slice(0, max),
      },
      deliveries: { heldCount: async () => this.held },
      log,
      clock,
      resolve: async (id) => id as CustomerId,
    });
    this.checks = createInstanceChecks({
      store,
      workspace: { current: async () => this.#workspace },
      deliveries: { deliveriesOf: async () => this.deliveries },
      lags: async () => this.lags,
      partitions: log.partitions,
      clock,
    });
    const observer: StreamObserver = {
      batch: ({ measures }) => this.measured.push(measures),
      failure: () => undefined,
    };
    const options = { log, clock, partition: PARTITION, batchMax: 100, observer };
    this.#processor = new PartitionProcessor(this.journeyState.topology, options) as never;
  }

  /** Writes past the service, as a defect or a hand would. */
  async plant(over: Partial<JourneyChanges>): Promise<void> {
    const from = await this.store.progress(PARTITION);
    const nothing = { instances: [], ledgers: [], assignments: [], history: [], counts: [], recent: [], places: [] };
    const none = {
      entrants: { queued: [], gone: [] },
      removed: [],
      variants: [],
      notEligible: [],
      moves: { given: [], taken: [] },
    };
    const changes = { ...nothing, ...none, ...over };
    const to = { ...from, version: from.version + 1 };
    await this.store.save({ partition: PARTITION, from, to, changes, outputs: [], now: this.clock.now() });
  }

  know(context: CustomerContext): void {
    this.contexts.set(context.id, context);
  }

  /** Puts journeys in use, and epochs of their splits; the version of each is its id and the revision. */
  async apply(...resources: (Journey | SplitEpoch)[]): Promise<void> {
    const revision = this.#workspace.revision + 1;
    await this.#change(
      resources.map((resource) => ({ op: 'put', version: `${resource.id}-${revision}` as never, resource })),
    );
  }

  /** Puts a journey in use as a version. */
  async publish(resource: Journey, version: string): Promise<void> {
    await this.#change([{ op: 'put', version: version as never, resource }]);
  }

  /** Takes a journey out of use. */
  async remove(journeyId: string): Promise<void> {
    await this.#change([{ op: 'delete', kind: 'journey', id: journeyId }]);
  }

  /** What the store has of customers for a batch that they are in. */
  stored(...customerIds: CustomerId[]): ReturnType<JourneyStore['load']> {
    return this.store.load({ ...NOTHING_WANTED, customerIds, recent: true });
  }

  /** Takes events in one batch, and with them what is due by the clock. */
  async take(...events: CustomerEvent[]): Promise<void> {
    for (const event of events) this.#append(event.customerId, event);
    await this.#settle();
  }

  /** Lets everything happen that falls due up to a moment, each at its own. */
  async until(moment: number): Promise<void> {
    await this.#settle();
    for (;;) {
      const due = await this.#processor.nextDueAt();
      if (due === undefined || due > moment) break;
      this.clock.moveTo(Math.max(due, this.clock.now()));
      await this.#settle();
    }
    this.clock.moveTo(moment);
  }

  /** Runs the partition as a process does, until `signal` aborts. */
  run(options: RunOptions): ReturnType<typeof runPartition> {
    return runPartition(this.#processor, options);
  }

  /** A customer's instances, the first one first. */
  async instances(of: CustomerId = ADA): Promise<Instance[]> {
    const its = await this.store.instances(of, 100);
    return its.sort((a, b) => a.journeyId.localeCompare(b.journeyId) || a.ordinal - b.ordinal);
  }

  history(of: CustomerId = ADA): Promise<HistoryEntry[]> {
    return this.store.history(of, 1_000);
  }

  /** What happened to a customer, in a word each. */
  async told(of: CustomerId = ADA): Promise<string[]> {
    return (await this.history(of)).flatMap(({ trace }) => trace.map(({ what }) => what));
  }

  async interactions(): Promise<Interaction[]> {
    const all = (await this.read('interactions')) as (Interaction | WorkspaceChange)[];
    return all.filter((each): each is Interaction => each.type !== 'workspace');
  }

  async emitted(): Promise<RawEvent[]> {
    return (await this.read('events.raw')) as RawEvent[];
  }

  async read(topic: Topic): Promise<unknown[]> {
    const records = await this.log.read({ topic, partition: PARTITION, offset: 0, max: 100_000 });
    return records.map(({ value }) => JSON.parse(value) as unknown);
  }

  async #change(changes: WorkspaceChange['changes']): Promise<void> {
    const change: WorkspaceChange = {
      schemaVersion: SCHEMA_VERSION,
      type: 'workspace',
      revision: this.#workspace.revision + 1,
      changes,
      appliedAt: new Date(this.clock.now()).toISOString(),
    };
    this.#changes.push(change);
    this.#workspace = withChange(this.#workspace, change);
    this.#append('workspace', change);
    await this.#settle();
  }

  async #settle(): Promise<void> {
    while (await this.#processor.step());
  }

  #append(key: string, value: object): void {
    this.log.appendNow([{ topic: 'events', key, partition: PARTITION, value: JSON.stringify(value) }]);
  }
}

import { setImmediate as turn } from 'node:timers/promises';
import { createActionDispatch, type ChannelTransport } from '@waymark/action-dispatch-service';
import { TOPICS, type LogRecord, type NewRecord } from '@waymark/contracts';
import { createIngestion } from '@waymark/ingestion-service';
import { createJourneyState } from '@waymark/journey-state-service';
import { createPersonalization } from '@waymark/personalization-service';
import {
  MemoryHotContext,
  MemoryJobQueue,
  MemorySourceRegistry,
  MemoryWorkspaceRegistry,
  type DispatchStore,
  type EventLog,
  type IngestionStore,
  type JourneyStore,
  type ManualClock,
  type PersonalizationStore,
} from '@waymark/ports';
import { PartitionProcessor } from '@waymark/stream';
import { checkedResources } from '../checked-resources.js';
import { VALID } from './poison-records.js';
import type { Poison } from './poisons.js';

/** What a ring stands on; the log has one partition, so that everything in it is a neighbour of everything. */
export interface Ground {
  log: EventLog;
  clock: ManualClock;
  ingestion: IngestionStore;
  journey: JourneyStore;
  personalization: PersonalizationStore;
  dispatch: DispatchStore;
}

/** A workspace in which every record has an effect that can be seen: a journey, a channel, an offer. */
const WORKSPACE = [
  ['channels/desk.yaml', 'kind: channel\nid: desk\ntype: log\n'],
  [
    'journeys/hello.yaml',
    'kind: journey\nid: hello\nentry: { event: Hello }\nstart: pause\nsteps:\n  pause: { kind: wait, for: P30D, next: done }\n  done: { kind: exit }\n',
  ],
] as const;

/** Takes every message. */
const taking: ChannelTransport = { send: async () => ({ ok: true }), close: async () => undefined };

/** The four services on any stores, stepped by hand: what one of them throws is thrown, and stops nothing else. */
export class PoisonRing {
  readonly log: EventLog;
  readonly clock: ManualClock;
  readonly #processors: PartitionProcessor<never, unknown, unknown, unknown>[];
  readonly #jobs: MemoryJobQueue;

  private constructor(ground: Ground, services: ReturnType<typeof servicesOn>) {
    this.log = ground.log;
    this.clock = ground.clock;
    this.#jobs = services.jobs;
    const { log, clock } = ground;
    this.#processors = [services.ingestion, services.journeyState, services.personalization, services.dispatch].map(
      ({ topology }) => new PartitionProcessor(topology as never, { log, clock, partition: 0, batchMax: 100 }),
    );
  }

  /** With its workspace applied, everything at rest. */
  static async on(ground: Ground): Promise<PoisonRing> {
    const services = servicesOn(ground);
    const ring = new PoisonRing(ground, services);
    await services.dispatch.start();
    await services.ingestion.workspace.apply(
      WORKSPACE.map(([path, text]) => ({ path, text })),
      { dryRun: false },
    );
    await ring.settle();
    return ring;
  }

  /** Steps everything until nothing moves. */
  async settle(): Promise<void> {
    for (;;) {
      let moved = await this.#jobs.step();
      for (const processor of this.#processors) moved = (await processor.step()) || moved;
      const settled = await Promise.all(this.#processors.map((processor) => processor.isSettled()));
      if (!moved && settled.every(Boolean)) return;
      await turn();
    }
  }

  /**
   * Appends a poison between two records that are none, lets the ring come to rest, and tells in short what became of it
   * and what of its neighbours. `unique` makes it a case of its own.
   */
  async take({ topic, record }: Poison, unique: string): Promise<{ poison: string[]; neighbours: string[] }> {
    const ends = await Promise.all(TOPICS.map((each) => this.log.endOffset({ topic: each, partition: 0 })));
    const neighbour = (id: string): NewRecord => ({
      topic,
      key: id,
      partition: 0,
      value: JSON.stringify(VALID[topic].of(id)),
    });
    const value = record.value.replaceAll('mallory', `mallory-${unique}`);
    const poison = { ...record, topic, key: 'mallory', partition: 0, value };
    await this.log.append([neighbour(`before-${unique}`), poison, neighbour(`after-${unique}`)]);
    await this.settle();
    const became: { poison: string[]; neighbours: string[] } = { poison: [], neighbours: [] };
    for (const [i, each] of TOPICS.entries()) {
      const made = await this.log.read({ topic: each, partition: 0, offset: ends[i]!, max: 1_000 });
      for (const one of each === topic ? made.slice(3) : made)
        became[isOfNeighbour(one) ? 'neighbours' : 'poison'].push(inShort(one));
    }
    return became;
  }
}

function isOfNeighbour({ topic, value }: LogRecord): boolean {
  return topic !== 'dead-letters' && /"(before|after)-/.test(value);
}

/** A record as {@link Poison} names what was made. */
function inShort({ topic, value }: LogRecord): string {
  const record = JSON.parse(value) as Record<string, unknown> & { properties?: { reason?: string } };
  if (topic === 'dead-letters') return `dead letter of ${record['service']}, ${record['code']}: ${record['detail']}`;
  const reason = record.properties?.reason;
  const name = String(record['event'] ?? record['name'] ?? record['type']);
  return `${topic}: ${name.slice(0, 50)}${reason === undefined ? '' : `, ${reason}`}`;
}

function servicesOn({ log, clock, ...stores }: Ground) {
  const jobs = new MemoryJobQueue(clock);
  const ingestion = createIngestion({
    store: stores.ingestion,
    sources: new MemorySourceRegistry(),
    registry: new MemoryWorkspaceRegistry(),
    log,
    hot: new MemoryHotContext({ customersMax: 10_000 }),
    clock,
    queueMax: 1_000,
    check: checkedResources,
  });
  const { contexts, customers, workspace } = ingestion;
  const resolve = (id: string): ReturnType<typeof customers.resolve> => customers.resolve(id);
  return {
    jobs,
    ingestion,
    journeyState: createJourneyState({
      store: stores.journey,
      contexts,
      workspace,
      deliveries: stores.dispatch,
      log,
      clock,
      resolve,
    }),
    personalization: createPersonalization({
      store: stores.personalization,
      contexts,
      log,
      clock,
      resolve,
    }),
    dispatch: createActionDispatch({
      store: stores.dispatch,
      contexts,
      log,
      jobs,
      clock,
      transports: { smtp: taking, webhook: taking, inbox: taking, log: taking },
      secrets: () => undefined,
      sendConcurrency: 8,
    }),
  };
}

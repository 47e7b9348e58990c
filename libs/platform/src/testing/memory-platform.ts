import { createActionDispatch, createTransports, type ChannelTransport } from '@waymark/action-dispatch-service';
import { TOPICS, type Topic } from '@waymark/contracts';
import { createIngestion } from '@waymark/ingestion-service';
import { createInstanceChecks, createJourneyState, TimelineReader } from '@waymark/journey-state-service';
import { createPersonalization } from '@waymark/personalization-service';
import {
  MemoryDispatchStore,
  MemoryEventLog,
  MemoryHotContext,
  MemoryIngestionStore,
  MemoryJobQueue,
  MemoryJourneyStore,
  MemoryPersonalizationStore,
  MemorySourceRegistry,
  MemoryWorkspaceRegistry,
  type Clock,
} from '@waymark/ports';
import { channelSecrets, Metrics, parseConfig } from '@waymark/runtime';
import { PartitionProcessor, ProcessorGroup } from '@waymark/stream';
import { checkedResources } from '../checked-resources.js';
import type { Platform } from '../create-platform.js';
import { ensureFirstSource } from '../ensure-first-source.js';

const PARTITIONS = 2;
export const WRITE_KEY = 'write-key-of-the-tests';
export const ADMIN_TOKEN = 'admin-token-of-the-tests';

/** A log in memory that tells where all partitions end, as the embedded log does. */
class OverseenLog extends MemoryEventLog {
  async endOffsets(): Promise<(at: { topic: Topic; partition: number }) => number> {
    const places = TOPICS.flatMap((topic) =>
      Array.from({ length: this.partitions }, (_, partition) => ({ topic, partition })),
    );
    const ends = new Map<string, number>();
    for (const at of places) ends.set(JSON.stringify(at), await this.endOffset(at));
    return ({ topic, partition }) => ends.get(JSON.stringify({ topic, partition })) ?? 0;
  }
}

/** A transport that takes everything and keeps nothing. */
const taking: ChannelTransport = { send: async () => ({ ok: true }), close: async () => undefined };

/**
 * The platform over the memory ports, wired and not started: everything that HTTP reaches, without a database.
 * What only the database has is left out.
 */
export async function memoryPlatform(clock: Clock, env: Readonly<Record<string, string>> = {}): Promise<Platform> {
  const config = parseConfig({ WAYMARK_PARTITIONS: String(PARTITIONS), ...env });
  const secrets = channelSecrets(config, env);
  const log = new OverseenLog(PARTITIONS);
  const jobs = new MemoryJobQueue(clock);
  const sources = new MemorySourceRegistry();
  await ensureFirstSource(sources, WRITE_KEY, clock);
  const ingestion = createIngestion({
    store: new MemoryIngestionStore(),
    sources,
    registry: new MemoryWorkspaceRegistry(),
    log,
    hot: new MemoryHotContext({ customersMax: 100 }),
    clock,
    queueMax: config.ingestQueueMax,
    check: checkedResources,
  });
  const { contexts, customers, workspace } = ingestion;
  const resolve = (id: string): ReturnType<typeof customers.resolve> => customers.resolve(id);
  const deliveries = new MemoryDispatchStore();
  const journeys = new MemoryJourneyStore();
  const checks = createInstanceChecks({
    store: journeys,
    deliveries,
    workspace,
    lags: async () => [],
    partitions: PARTITIONS,
    clock,
  });
  const journeyState = createJourneyState({
    store: journeys,
    contexts,
    workspace,
    deliveries,
    log,
    clock,
    resolve,
  });
  const personalization = createPersonalization({
    store: new MemoryPersonalizationStore(),
    contexts,
    log,
    clock,
    resolve,
  });
  const dispatch = createActionDispatch({
    store: deliveries,
    contexts,
    log,
    jobs,
    clock,
    transports: {
      ...createTransports({ store: deliveries, clock, secrets, egressAllow: [], log: () => undefined }),
      smtp: taking,
      webhook: taking,
    },
    secrets,
    sendConcurrency: config.sendConcurrency,
  });
  const services = [ingestion, journeyState, personalization, dispatch];
  const processors = services.flatMap(({ topology }) =>
    Array.from(
      { length: PARTITIONS },
      (_, partition) => new PartitionProcessor(topology as never, { log, clock, partition, batchMax: 100 }),
    ),
  );
  const platform = {
    config,
    secrets,
    credentials: { writeKey: WRITE_KEY, adminToken: ADMIN_TOKEN, made: false },
    clock,
    id: 'this-process',
    database: {
      pool: { query: async () => ({ rows: [{ server_version: 'none' }] }) },
      schemaState: async () => ({ missing: [], newer: [] }),
    },
    server: undefined,
    log,
    openedLog: {
      log,
      browsing: log,
      assign: async () => undefined,
      problem: async () => undefined,
      verdicts: async () => [],
    },
    hot: { verdicts: async () => [] },
    registry: {
      living: async () => [],
      progress: async () =>
        processors.map(({ service, partition, nextOffset, revision }) => {
          return { service, partition, nextOffset, revision, outbox: 0 };
        }),
    },
    jobs,
    metrics: new Metrics(),
    processors,
    group: new ProcessorGroup(processors),
    timelines: new TimelineReader(
      services.map(({ timeline }) => timeline),
      resolve,
    ),
    ingestion,
    journeyState,
    checks,
    personalization,
    dispatch,
  };
  return platform as unknown as Platform;
}

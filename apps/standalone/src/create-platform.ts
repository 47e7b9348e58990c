import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createActionDispatch, createTransports, type ActionDispatch } from '@waymark/action-dispatch-service';
import { BullMqJobQueue } from '@waymark/bullmq';
import { sourceIdSchema, type ServiceName } from '@waymark/contracts';
import { PostgresEventLog } from '@waymark/embedded-log';
import { createIngestion, type Ingestion } from '@waymark/ingestion-service';
import { createJourneyState, TimelineReader, type JourneyState } from '@waymark/journey-state-service';
import { createPersonalization, type Personalization } from '@waymark/personalization-service';
import { MemoryHotContext, SystemClock, type Clock } from '@waymark/ports';
import {
  Database,
  PostgresDispatchStore,
  PostgresIngestionStore,
  PostgresJourneyStore,
  PostgresPersonalizationStore,
  PostgresSourceRegistry,
  PostgresWorkspaceRegistry,
  startEmbeddedServer,
  type EmbeddedServer,
} from '@waymark/postgres';
import { ensureCredentials, Metrics, type Config, type Credentials, type Logger } from '@waymark/runtime';
import { PartitionProcessor, ProcessorGroup, type Topology } from '@waymark/stream';
import { checkedResources } from './checked-resources.js';
import { HeldClock } from './clock/held-clock.js';

const POOL_MAX = 20;

/** Everything one process runs, wired and not yet started. */
export interface Platform {
  config: Config;
  credentials: Credentials & { made: boolean };
  clock: Clock;
  database: Database;
  server: EmbeddedServer | undefined;
  log: PostgresEventLog;
  jobs: BullMqJobQueue;
  metrics: Metrics;
  ingestion: Ingestion;
  journeyState: JourneyState;
  personalization: Personalization;
  dispatch: ActionDispatch;
  processors: AnyProcessor[];
  group: ProcessorGroup;
  timelines: TimelineReader;
}

export type AnyProcessor = PartitionProcessor<never, unknown, unknown, unknown>;

/** Secrets that channels refer to. */
export type Secrets = (name: string) => string | undefined;

/** Starts the database if it is the embedded one, migrates it, and wires the services to it. */
export async function createPlatform(config: Config, logger: Logger, secrets: Secrets): Promise<Platform> {
  await mkdir(config.dataDir, { recursive: true });
  const server = config.databaseUrl === undefined ? await startEmbeddedServer(config.dataDir) : undefined;
  try {
    return await wire({ config, logger, secrets, server, url: config.databaseUrl ?? server!.url });
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

interface Ground {
  config: Config;
  logger: Logger;
  secrets: Secrets;
  server: EmbeddedServer | undefined;
  url: string;
}

async function wire({ config, logger, secrets, server, url }: Ground): Promise<Platform> {
  const database = await Database.connect({ url, poolMax: POOL_MAX, applicationName: 'waymark' });
  await database.migrate();
  const clock: Clock = config.clockStart === undefined ? new SystemClock() : new HeldClock(config.dataDir, Date.parse(config.clockStart));
  const log = await PostgresEventLog.open(database, config.partitions);
  const stores = { database, appendOutputs: log.appendInTransaction };
  const jobs = new BullMqJobQueue({ connectionString: url, schema: 'jobs', clock, onError: (error) => logger.warn({ err: error }, 'job queue') });
  const ingestion = createIngestion({
    store: new PostgresIngestionStore(stores),
    sources: new PostgresSourceRegistry(database),
    registry: new PostgresWorkspaceRegistry(database),
    log,
    hot: new MemoryHotContext({ customersMax: config.hotCustomersMax }),
    clock,
    queueMax: config.ingestQueueMax,
    check: checkedResources,
  });
  const { contexts } = ingestion;
  const resolve = (id: string): ReturnType<typeof ingestion.customers.resolve> => ingestion.customers.resolve(id);
  const journeyState = createJourneyState({ store: new PostgresJourneyStore(stores), contexts });
  const personalization = createPersonalization({ store: new PostgresPersonalizationStore(stores), contexts, log, clock, resolve });
  const dispatchStore = new PostgresDispatchStore(stores);
  const transports = createTransports({ store: dispatchStore, clock, secrets, egressAllow: config.egressAllow, log: (line) => logger.info(line, 'message') });
  const dispatch = createActionDispatch({ store: dispatchStore, contexts, log, jobs, clock, transports, secrets, sendConcurrency: config.sendConcurrency });
  const metrics = new Metrics();
  const observer = metrics.observer(logger);
  const topologies = [ingestion, journeyState, personalization, dispatch].map(({ topology }) => topology as unknown as Topology<never, unknown, unknown, unknown>);
  const processors = topologies.filter(({ service }) => isTarget(config, service)).flatMap((topology) =>
    Array.from({ length: config.partitions }, (_, partition) => new PartitionProcessor(topology, { log, clock, partition, batchMax: config.batchMax, observer })),
  );
  const credentials = await ensureCredentials(config.dataDir, { writeKey: config.writeKey, adminToken: config.adminToken });
  await ensureFirstSource(ingestion, credentials.writeKey, clock);
  return {
    config, credentials, clock, database, server, log, jobs, metrics, ingestion, journeyState, personalization, dispatch, processors,
    group: new ProcessorGroup(processors, observer),
    timelines: new TimelineReader([ingestion, journeyState, personalization, dispatch].map(({ timeline }) => timeline), resolve),
  };
}

export function isTarget({ target }: Config, service: ServiceName): boolean {
  return target.includes('all') || target.includes(service);
}

async function ensureFirstSource({ sources }: Ingestion, writeKey: string, clock: Clock): Promise<void> {
  const keyHash = createHash('sha256').update(writeKey).digest('hex');
  if (await sources.byKeyHash(keyHash)) return;
  await sources.put({ id: sourceIdSchema.parse('default'), name: 'Default source', keyHash, createdAt: new Date(clock.now()).toISOString() });
}

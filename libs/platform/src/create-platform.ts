import { randomUUID } from 'node:crypto';
import type { Secrets } from '@waymark/action-dispatch-service';
import { BullMqJobQueue } from '@waymark/bullmq';
import { TimelineReader } from '@waymark/journey-state-service';
import { SystemClock, type Clock } from '@waymark/ports';
import { claimLog, ProcessRegistry, type Database, type EmbeddedServer } from '@waymark/postgres';
import { ensureCredentials, Metrics, type Config, type Credentials, type Logger } from '@waymark/runtime';
import { PartitionProcessor, ProcessorGroup, type StreamObserver, type Topology, type Tracing } from '@waymark/stream';
import { openDatabase, type OpenDatabase } from './adapters/open-database.js';
import { openHotContext, type OpenHotContext } from './adapters/open-hot-context.js';
import { identityOf, openLog } from './adapters/open-log.js';
import type { AnyProcessor, OpenLog, PlatformLog } from './adapters/opened-log.js';
import { HeldClock } from './clock/held-clock.js';
import { createServices, type Services } from './create-services.js';
import { ensureFirstSource } from './ensure-first-source.js';
import { isTarget } from './is-target.js';
import { watchGauges } from './watch-gauges.js';

type AnyTopology = Topology<never, unknown, unknown, unknown>;

/** Everything one process runs, wired and not yet started. */
export interface Platform extends Services {
  /** Of this life of the process. */
  id: string;
  config: Config;
  /** What channels can refer to. */
  secrets: Secrets;
  credentials: Credentials & { made: boolean };
  clock: Clock;
  database: Database;
  server: EmbeddedServer | undefined;
  log: PlatformLog;
  openedLog: OpenLog;
  hot: OpenHotContext;
  jobs: BullMqJobQueue;
  registry: ProcessRegistry;
  metrics: Metrics;
  processors: AnyProcessor[];
  group: ProcessorGroup;
  timelines: TimelineReader;
}

/** Connects to what the configuration names, starts the rest, and wires the services to it. What was opened is closed when something fails. */
export async function createPlatform(
  config: Config,
  logger: Logger,
  { secrets, tracing }: { secrets: Secrets; tracing?: Tracing | undefined },
): Promise<Platform> {
  const opened = await openDatabase(config, logger);
  const close: (() => Promise<unknown> | undefined)[] = [() => opened.server?.stop(), () => opened.database.close()];
  try {
    const systemId = await claimLog(opened.database, identityOf(config));
    const openedLog = await openLog(config, opened.database, logger);
    close.push(() => openedLog.close());
    const hot = await openHotContext(config, systemId, logger);
    close.push(() => hot.close());
    return await wire({ config, logger, secrets, tracing, opened, openedLog, hot, systemId });
  } catch (error) {
    for (const step of close.reverse()) await step();
    throw error;
  }
}

interface Parts {
  config: Config;
  logger: Logger;
  secrets: Secrets;
  tracing: Tracing | undefined;
  opened: OpenDatabase;
  openedLog: OpenLog;
  hot: OpenHotContext;
  systemId: string;
}

async function wire(parts: Parts): Promise<Platform> {
  const { config, logger, secrets, tracing, opened, openedLog, hot, systemId } = parts;
  const { database, server } = opened;
  const { log } = openedLog;
  const clock = clockOf(config);
  const jobs = openJobs(config, { clock, url: opened.url, systemId, logger });
  const metrics = new Metrics();
  const watch = { tracing, measure: metrics.measure };
  const services = createServices({ config, logger, secrets, watch, database, openedLog, hot: hot.hot, jobs, clock });
  const observer = metrics.observer(logger);
  const processors = processorsOf(services, { config, log, clock, observer, tracing });
  const group = new ProcessorGroup(processors, observer);
  const credentials = await credentialsOf(config);
  if (isTarget(config, 'ingestion')) await ensureFirstSource(services.ingestion.sources, credentials.writeKey, clock);
  const registry = new ProcessRegistry(database);
  watchGauges(metrics, { processors, group, log, registry, hot, walk: services.checks.walk }, logger);
  const timelines = timelinesOf(services);
  return {
    ...services,
    id: randomUUID(),
    config,
    secrets,
    credentials,
    clock,
    database,
    server,
    log,
    openedLog,
    hot,
    jobs,
    registry,
    metrics,
    processors,
    group,
    timelines,
  };
}

function clockOf({ clockStart, dataDir }: Config): Clock {
  return clockStart === undefined ? new SystemClock() : new HeldClock(dataDir, Date.parse(clockStart));
}

/** Nothing is kept on the disk of a process of a cluster, and who takes no events needs no write key. */
async function credentialsOf(config: Config): Promise<Platform['credentials']> {
  const { kafkaBrokers, adminToken = '', writeKey = '', dataDir } = config;
  return kafkaBrokers === undefined ? ensureCredentials(dataDir, config) : { adminToken, writeKey, made: false };
}

/** The job queue is on Redis where one is named, else in the database. */
function openJobs(
  { redisUrl }: Config,
  { clock, url, systemId, logger }: { clock: Clock; url: string; systemId: string; logger: Logger },
): BullMqJobQueue {
  const onError = (error: Error): void => logger.warn({ err: error }, 'job queue');
  return redisUrl === undefined
    ? new BullMqJobQueue({ connectionString: url, schema: 'jobs', clock, onError })
    : new BullMqJobQueue({ redisUrl, prefix: `waymark-${systemId}`, clock, onError });
}

interface Circumstances {
  config: Config;
  log: PlatformLog;
  clock: Clock;
  observer: StreamObserver;
  tracing: Tracing | undefined;
}

function processorsOf(services: Services, { config, ...circumstances }: Circumstances): AnyProcessor[] {
  const { partitions, batchMax } = config;
  return topologiesOf(services)
    .filter(({ service }) => isTarget(config, service))
    .flatMap((topology) =>
      Array.from(
        { length: partitions },
        (_, partition) => new PartitionProcessor(topology, { ...circumstances, partition, batchMax }),
      ),
    );
}

function topologiesOf({ ingestion, journeyState, personalization, dispatch }: Services): AnyTopology[] {
  return [ingestion, journeyState, personalization, dispatch].map(({ topology }) => topology as unknown as AnyTopology);
}

function timelinesOf({ ingestion, journeyState, personalization, dispatch }: Services): TimelineReader {
  const sources = [ingestion, journeyState, personalization, dispatch].map(({ timeline }) => timeline);
  return new TimelineReader(sources, (id) => ingestion.customers.resolve(id));
}

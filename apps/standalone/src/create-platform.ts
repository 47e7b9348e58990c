import { mkdir } from 'node:fs/promises';
import type { Secrets } from '@waymark/action-dispatch-service';
import { BullMqJobQueue } from '@waymark/bullmq';
import { PostgresEventLog } from '@waymark/embedded-log';
import { TimelineReader } from '@waymark/journey-state-service';
import { SystemClock, type Clock } from '@waymark/ports';
import { Database, startEmbeddedServer, type EmbeddedServer } from '@waymark/postgres';
import { ensureCredentials, Metrics, type Config, type Credentials, type Logger } from '@waymark/runtime';
import { PartitionProcessor, ProcessorGroup, type Topology } from '@waymark/stream';
import { HeldClock } from './clock/held-clock.js';
import { createServices, type Services } from './create-services.js';
import { ensureFirstSource } from './ensure-first-source.js';
import { isTarget } from './is-target.js';
import { partitionStatuses } from './partition-status.js';

const POOL_MAX = 20;

export type AnyProcessor = PartitionProcessor<never, unknown, unknown, unknown>;
type AnyTopology = Topology<never, unknown, unknown, unknown>;

/** Everything one process runs, wired and not yet started. */
export interface Platform extends Services {
  config: Config;
  /** What channels can refer to. */
  secrets: Secrets;
  credentials: Credentials & { made: boolean };
  clock: Clock;
  database: Database;
  server: EmbeddedServer | undefined;
  log: PostgresEventLog;
  jobs: BullMqJobQueue;
  metrics: Metrics;
  processors: AnyProcessor[];
  group: ProcessorGroup;
  timelines: TimelineReader;
}

/** Starts the database if it is the embedded one, migrates it, and wires the services to it. */
export async function createPlatform(config: Config, logger: Logger, secrets: Secrets): Promise<Platform> {
  await mkdir(config.dataDir, { recursive: true });
  const server = config.databaseUrl === undefined ? await startEmbeddedServer(config.dataDir) : undefined;
  const url = config.databaseUrl ?? server!.url;
  let database: Database | undefined;
  try {
    database = await Database.connect({ url, poolMax: POOL_MAX, applicationName: 'waymark' });
    await database.migrate();
    return await wire({ config, logger, secrets, server, url, database });
  } catch (error) {
    await database?.close();
    await server?.stop();
    throw error;
  }
}

interface Parts {
  config: Config;
  logger: Logger;
  secrets: Secrets;
  server: EmbeddedServer | undefined;
  url: string;
  database: Database;
}

async function wire({ config, logger, secrets, server, url, database }: Parts): Promise<Platform> {
  const clock = clockOf(config);
  const log = await PostgresEventLog.open(database, config.partitions);
  const onError = (error: Error): void => logger.warn({ err: error }, 'job queue');
  const jobs = new BullMqJobQueue({ connectionString: url, schema: 'jobs', clock, onError });
  const services = createServices({ config, logger, secrets, database, log, jobs, clock });
  const metrics = new Metrics();
  const observer = metrics.observer(logger);
  const { partitions, batchMax } = config;
  const processors = topologiesOf(services)
    .filter(({ service }) => isTarget(config, service))
    .flatMap((topology) =>
      Array.from(
        { length: partitions },
        (_, partition) => new PartitionProcessor(topology, { log, clock, partition, batchMax, observer }),
      ),
    );
  const credentials = await ensureCredentials(config.dataDir, config);
  await ensureFirstSource(services.ingestion.sources, credentials.writeKey, clock);
  const group = new ProcessorGroup(processors, observer);
  metrics.watchLag(() => partitionStatuses(processors, log), logger);
  const timelines = timelinesOf(services);
  return {
    ...services,
    config,
    secrets,
    credentials,
    clock,
    database,
    server,
    log,
    jobs,
    metrics,
    processors,
    group,
    timelines,
  };
}

function clockOf({ clockStart, dataDir }: Config): Clock {
  return clockStart === undefined ? new SystemClock() : new HeldClock(dataDir, Date.parse(clockStart));
}

function topologiesOf({ ingestion, journeyState, personalization, dispatch }: Services): AnyTopology[] {
  return [ingestion, journeyState, personalization, dispatch].map(({ topology }) => topology as unknown as AnyTopology);
}

function timelinesOf({ ingestion, journeyState, personalization, dispatch }: Services): TimelineReader {
  const sources = [ingestion, journeyState, personalization, dispatch].map(({ timeline }) => timeline);
  return new TimelineReader(sources, (id) => ingestion.customers.resolve(id));
}

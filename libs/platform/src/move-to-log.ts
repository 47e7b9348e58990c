import { partitionOf, SERVICES, TOPICS, WaymarkError } from '@waymark/contracts';
import { claimLog, Database, ProcessRegistry, repartition, type ServiceProgress } from '@waymark/postgres';
import type { Config, Logger } from '@waymark/runtime';
import { identityOf, openLog, openNewLog } from './adapters/open-log.js';
import type { PlatformLog } from './adapters/opened-log.js';

/** The log to move to: Kafka's, with topics that are empty, or are made. */
export type NextLog = Pick<Config, 'kafkaBrokers' | 'kafkaTopicPrefix' | 'partitions'>;

/**
 * Moves a system that stands still from the log that its settings name to another, with another number of partitions.
 * Resolves with how many rows went to another partition. Rejects with STATE_CONFLICT, having changed nothing, when a process
 * still lives, something in the old log is not processed, or the new log is not empty.
 */
export async function moveToLog(config: Config, next: NextLog, logger: Logger): Promise<number> {
  if (config.databaseUrl === undefined)
    throw new WaymarkError('INVALID_CONFIGURATION', 'DATABASE_URL must name the database to move');
  const database = await Database.connect({
    url: config.databaseUrl,
    poolMax: 2,
    applicationName: 'waymark-repartition',
  });
  try {
    await database.checkMigrated();
    await claimLog(database, identityOf(config));
    const registry = new ProcessRegistry(database);
    await assertNobodyLives(registry);
    await withLog(await openLog(config, database, logger), async (log) =>
      assertProcessed(log, await registry.progress()),
    );
    await withLog(await openNewLog({ ...config, ...next }, logger), assertEmpty);
    const placeOf = (customerId: string): number => partitionOf(customerId, next.partitions);
    return await repartition(database, { ...identityOf(next), placeOf });
  } finally {
    await database.close();
  }
}

async function withLog(
  { log, close }: { log: PlatformLog; close(): Promise<void> },
  work: (log: PlatformLog) => Promise<void>,
): Promise<void> {
  try {
    await work(log);
  } finally {
    await close();
  }
}

async function assertNobodyLives(registry: ProcessRegistry): Promise<void> {
  const living = await registry.living();
  if (living.length > 0)
    throw new WaymarkError(
      'STATE_CONFLICT',
      `${living.length} process(es) were heard of within the last minute: stop all, or wait a minute after the last was killed`,
    );
}

async function assertProcessed(log: PlatformLog, progress: readonly ServiceProgress[]): Promise<void> {
  const endOf = await log.endOffsets();
  const left = SERVICES.flatMap((service, index) =>
    partitionsOf(log).map((partition) => {
      const saved = progress.find((each) => each.service === service && each.partition === partition);
      return endOf({ topic: TOPICS[index]!, partition }) - (saved?.nextOffset ?? 0);
    }),
  );
  const records = left.reduce((sum, each) => sum + each, 0);
  if (records > 0)
    throw new WaymarkError(
      'STATE_CONFLICT',
      `${records} records are not processed yet: keep senders away, start the services, and wait until the lag is 0`,
    );
}

async function assertEmpty(log: PlatformLog): Promise<void> {
  const endOf = await log.endOffsets();
  const used = TOPICS.find((topic) => partitionsOf(log).some((partition) => endOf({ topic, partition }) > 0));
  if (used)
    throw new WaymarkError(
      'STATE_CONFLICT',
      `the new topic of ${used} is not empty: name a topic prefix that is not used yet`,
    );
}

function partitionsOf({ partitions }: PlatformLog): number[] {
  return Array.from({ length: partitions }, (_, partition) => partition);
}

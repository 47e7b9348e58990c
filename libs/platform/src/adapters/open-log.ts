import { PostgresEventLog } from '@waymark/embedded-log';
import { WaymarkError } from '@waymark/contracts';
import type { Database, LogIdentity } from '@waymark/postgres';
import type { Config, Logger } from '@waymark/runtime';
import type { OpenLog } from './opened-log.js';
import { trimLog } from './trim-log.js';

/** Kafka where brokers are named, else PostgreSQL. */
export async function openLog(config: Config, database: Database, logger: Logger): Promise<OpenLog> {
  return config.kafkaBrokers === undefined
    ? openPostgresLog(config, database, logger)
    : openKafka(config, config.kafkaBrokers, logger);
}

/** A log on Kafka that no database belongs to yet. */
export async function openNewLog(config: Config, logger: Logger): Promise<OpenLog> {
  if (config.kafkaBrokers === undefined)
    throw new WaymarkError('INVALID_CONFIGURATION', 'KAFKA_BROKERS, or --brokers, must name the Kafka to move to');
  return openKafka(config, config.kafkaBrokers, logger);
}

/** Loaded only where it is used: a process by itself starts without it. */
async function openKafka(config: Config, brokers: readonly string[], logger: Logger): Promise<OpenLog> {
  const { openKafkaLog } = await import('./open-kafka-log.js');
  return openKafkaLog(config, brokers, logger);
}

/** Which log the settings name. */
export function identityOf(config: Pick<Config, 'kafkaBrokers' | 'kafkaTopicPrefix' | 'partitions'>): LogIdentity {
  const { kafkaBrokers, kafkaTopicPrefix, partitions } = config;
  return { name: kafkaBrokers === undefined ? 'postgres' : `kafka ${kafkaTopicPrefix}`, partitions };
}

/** All partitions are this process's. */
async function openPostgresLog({ partitions }: Config, database: Database, logger: Logger): Promise<OpenLog> {
  const log = await PostgresEventLog.open(database, partitions);
  let trimming: { stop(): Promise<void> } | undefined;
  return {
    log,
    browsing: log,
    appendOutputs: log.appendInTransaction,
    async assign({ group, processors }) {
      group.start();
      trimming = trimLog({ processors, log }, logger);
    },
    problem: async () => undefined,
    verdicts: async () => [{ check: 'log', ok: true, says: `in PostgreSQL, ${partitions} partitions` }],
    close: async () => trimming?.stop(),
  };
}

import { moveToLog } from '@waymark/platform';
import { createLogger, parseConfig, SETTINGS } from '@waymark/runtime';
import type { Register } from '../command.js';
import { print } from '../output.js';

interface Options {
  partitions?: string;
  topicPrefix?: string;
  brokers?: string;
  json?: boolean;
}

/** `waymark repartition`: moves a system that stands still to another number of partitions, or from PostgreSQL's log to Kafka. */
export const repartition: Register = (program, { env }) => {
  program
    .command('repartition')
    .description('move a stopped system to new topics, with another number of partitions')
    .requiredOption('--topic-prefix <prefix>', 'prefix of the new, empty topics (KAFKA_TOPIC_PREFIX from then on)')
    .option('--partitions <number>', 'partitions of the new topics (WAYMARK_PARTITIONS from then on)')
    .option('--brokers <list>', 'brokers of the new topics (KAFKA_BROKERS from then on)')
    .option('--json', 'machine-readable')
    .action(async ({ json, ...next }: Options) => {
      const config = parseConfig(env);
      const given = {
        [SETTINGS.kafkaTopicPrefix.env]: next.topicPrefix,
        [SETTINGS.partitions.env]: next.partitions,
        [SETTINGS.kafkaBrokers.env]: next.brokers,
      };
      const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const logger = createLogger({ level: config.logLevel, pretty: process.stderr.isTTY });
      const moved = await moveToLog(config, parseConfig({ ...env, ...set }), logger);
      print({ moved, set }, { json, text: () => summary(moved, set) });
    });
};

function summary(moved: number, set: Record<string, string | undefined>): string {
  const lines = Object.entries(set).map(([name, value]) => `  ${name}=${value}`);
  return [`${moved} rows went to another partition. Start all services with:`, ...lines].join('\n');
}

import { KafkaEventLog } from '@waymark/kafka';
import type { Config, Logger } from '@waymark/runtime';
import { kafkaVerdicts } from './kafka-verdicts.js';
import type { OpenLog } from './opened-log.js';

/** The log on Kafka: each service is a consumer group, and the group says which partitions are this process's. */
export async function openKafkaLog(config: Config, brokers: readonly string[], logger: Logger): Promise<OpenLog> {
  const { kafkaTopicPrefix, kafkaReplicationFactor, kafkaSsl, partitions } = config;
  const log = await KafkaEventLog.open({
    brokers,
    clientId: 'waymark',
    ssl: kafkaSsl,
    sasl: signIn(config),
    topicPrefix: kafkaTopicPrefix,
    partitions,
    replicationFactor: kafkaReplicationFactor,
    onWarning: (error) => logger.warn({ err: error }, 'kafka'),
  });
  return {
    log,
    browsing: log.browsing,
    async assign({ group, processors }) {
      const services = new Map(processors.map(({ source, service }) => [source, service]));
      for (const [topic, service] of services) {
        await log.follow({
          topic,
          groupId: `${kafkaTopicPrefix}${service}`,
          onAssigned(owned) {
            logger.info({ service, partitions: owned }, 'partitions assigned');
            group.own(topic, owned);
          },
        });
      }
    },
    problem: () => log.problem(),
    verdicts: async () => kafkaVerdicts(await log.describe(), partitions),
    close: () => log.close(),
  };
}

function signIn({ kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password }: Config) {
  return mechanism && username && password ? { mechanism, username, password } : undefined;
}

import type { Topic } from '@waymark/contracts';
import kafkajs, { type Admin } from 'kafkajs';
import { classified } from './classify-error.js';
import type { TopicNames } from './topic-names.js';

export interface TopicDescription {
  topic: Topic;
  /** In Kafka. */
  name: string;
  partitions: number;
  /** Copies of the partition that has the fewest, and those of them that are in sync with its leader. */
  replicationFactor: number;
  inSyncReplicas: number;
  minInsyncReplicas: number;
  /** In milliseconds; -1 for ever. */
  retentionMs: number;
  cleanupPolicy: string;
  maxMessageBytes: number;
}

export interface LogDescription {
  brokers: number;
  isControllerKnown: boolean;
  topics: TopicDescription[];
}

/** What Kafka says about the cluster and our topics. Rejects with LOG_UNAVAILABLE. */
export async function describeLog(admin: Admin, names: TopicNames): Promise<LogDescription> {
  const cluster = await classified(() => admin.describeCluster());
  const metadata = await classified(() => admin.fetchTopicMetadata({ topics: [...names.topics.keys()] }));
  const settings = await topicSettings(admin, names);
  return {
    brokers: cluster.brokers.length,
    isControllerKnown: cluster.controller !== null,
    topics: metadata.topics.map(({ name, partitions }) => {
      const of = (setting: string): string => settings.get(name)?.get(setting) ?? '';
      return {
        topic: names.topics.get(name)!,
        name,
        partitions: partitions.length,
        replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        inSyncReplicas: Math.min(...partitions.map(({ isr }) => isr.length)),
        minInsyncReplicas: Number(of('min.insync.replicas')),
        retentionMs: Number(of('retention.ms')),
        cleanupPolicy: of('cleanup.policy'),
        maxMessageBytes: Number(of('max.message.bytes')),
      };
    }),
  };
}

/** The settings of our topics, by the topic's name in Kafka and their own. Rejects with LOG_UNAVAILABLE. */
export async function topicSettings(admin: Admin, names: TopicNames): Promise<Map<string, Map<string, string>>> {
  const { resources } = await classified(() =>
    admin.describeConfigs({
      resources: [...names.topics.keys()].map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
      includeSynonyms: false,
    }),
  );
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}

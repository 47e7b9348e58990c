import { WaymarkError, type Topic } from '@waymark/contracts';
import type { Admin, ITopicConfig } from 'kafkajs';
import { classified, classifyKafkaError, isAnswer, isNotLetIn } from './classify-error.js';
import type { KafkaOptions } from './kafka-options.js';
import type { TopicNames } from './topic-names.js';
import { whileUnsettled } from './while-unsettled.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long records are kept that should be processed within seconds: time enough to mend what stopped them. */
const RING_RETENTION_MS = 7 * DAY_MS;
/** How long people have to look at what could not be processed. */
const DEAD_LETTER_RETENTION_MS = 30 * DAY_MS;
/**
 * Bytes of a record, compressed. A workspace change holds all that an apply changes, and a dead letter quotes the record it is
 * about: of one of 1 MiB, Kafka's own limit, every byte may need six.
 */
const RECORD_BYTES_MAX = 8 * 1024 * 1024;

type Wanted = Pick<KafkaOptions, 'partitions' | 'replicationFactor'>;

/**
 * Makes the topics that are missing; several processes may do so at once. Rejects with INVALID_CONFIGURATION when one has
 * another number of partitions, or cannot be made as configured, and with LOG_UNAVAILABLE.
 */
export async function ensureTopics(admin: Admin, names: TopicNames, wanted: Wanted): Promise<void> {
  const existing = new Set(await classified(() => admin.listTopics()));
  const missing = [...names.topics].filter(([name]) => !existing.has(name));
  if (missing.length > 0) await createTopics(admin, missing, wanted);
  const { topics } = await whileUnsettled(() => admin.fetchTopicMetadata({ topics: [...names.topics.keys()] }));
  for (const { name, partitions } of topics) {
    if (partitions.length === wanted.partitions) continue;
    throw new WaymarkError(
      'INVALID_CONFIGURATION',
      `topic ${name} has ${partitions.length} partitions, WAYMARK_PARTITIONS says ${wanted.partitions}: a customer's records would be looked for in the wrong place; set it to ${partitions.length}, or choose another KAFKA_TOPIC_PREFIX for a log of its own`,
    );
  }
}

async function createTopics(admin: Admin, missing: [name: string, topic: Topic][], wanted: Wanted): Promise<void> {
  const topics = missing.map(([name, topic]) => settingsOf(name, topic, wanted));
  try {
    await admin.createTopics({ topics, waitForLeaders: false });
  } catch (error) {
    throw whyNotMade(error, missing.map(([name]) => name).join(', '), wanted);
  }
}

function settingsOf(name: string, topic: Topic, { partitions, replicationFactor }: Wanted): ITopicConfig {
  const isDeadLetters = topic === 'dead-letters';
  const settings: Record<string, number | string | undefined> = {
    'cleanup.policy': 'delete',
    'retention.ms': isDeadLetters ? DEAD_LETTER_RETENTION_MS : RING_RETENTION_MS,
    'max.message.bytes': RECORD_BYTES_MAX,
    'min.insync.replicas': replicationFactor === undefined ? undefined : Math.max(1, replicationFactor - 1),
  };
  return {
    topic: name,
    numPartitions: partitions,
    ...(replicationFactor !== undefined && { replicationFactor }),
    configEntries: Object.entries(settings).flatMap(([key, value]) =>
      value === undefined ? [] : [{ name: key, value: String(value) }],
    ),
  };
}

function whyNotMade(error: unknown, names: string, { replicationFactor }: Wanted): WaymarkError {
  const invalid = (message: string): WaymarkError =>
    new WaymarkError('INVALID_CONFIGURATION', message, { cause: error });
  if (isAnswer(error, 'INVALID_REPLICATION_FACTOR'))
    return invalid(
      `the topics ${names} cannot be made: Kafka has fewer brokers than KAFKA_REPLICATION_FACTOR (${replicationFactor ?? "the brokers' default"}) says`,
    );
  if (isNotLetIn(error))
    return invalid(`the topics ${names} are missing and we may not make them: make them, or grant CREATE on them`);
  if (isAnswer(error, 'POLICY_VIOLATION'))
    return invalid(`the topics ${names} cannot be made, a policy of the brokers forbids it: make them by hand`);
  return classifyKafkaError(error);
}

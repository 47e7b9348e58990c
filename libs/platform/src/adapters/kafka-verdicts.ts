import type { LogDescription, TopicDescription } from '@waymark/kafka';
import type { Verdict } from './opened-log.js';

/** Shorter than this, an outage over a weekend loses records that nobody has processed. */
const RETENTION_MS_MIN = 3 * 24 * 3_600_000;

/** What `waymark doctor` has to say of a Kafka and its topics. */
export function kafkaVerdicts({ brokers, isControllerKnown, topics }: LogDescription, partitions: number): Verdict[] {
  const troubles = topics.flatMap((topic) => troublesOf(topic, { brokers, partitions }));
  const copies = Math.min(...topics.map(({ replicationFactor }) => replicationFactor));
  return [
    {
      check: 'kafka',
      ok: isControllerKnown,
      says: isControllerKnown ? `${brokers} broker(s)` : `${brokers} broker(s), and no controller`,
    },
    {
      check: 'topics',
      ok: troubles.length === 0,
      says: troubles.join('; ') || `${topics.length} of ${partitions} partitions each, ${copies} copies`,
    },
  ];
}

function troublesOf(
  topic: TopicDescription,
  { brokers, partitions }: { brokers: number; partitions: number },
): string[] {
  const { name, replicationFactor, inSyncReplicas, minInsyncReplicas, retentionMs, cleanupPolicy } = topic;
  return [
    topic.partitions !== partitions && `${name} has ${topic.partitions} partitions, not ${partitions}`,
    inSyncReplicas < replicationFactor && `${name} has ${inSyncReplicas} of ${replicationFactor} copies in sync`,
    inSyncReplicas < minInsyncReplicas && `${name} takes nothing: min.insync.replicas is ${minInsyncReplicas}`,
    brokers > 1 && replicationFactor === 1 && `${name} has one copy, and is lost with its broker`,
    cleanupPolicy !== 'delete' &&
      `${name} has the cleanup policy ${cleanupPolicy}: records would be lost, it must be delete`,
    retentionMs >= 0 &&
      retentionMs < RETENTION_MS_MIN &&
      `${name} is kept for ${retentionMs} ms, which is less than 3 days`,
  ].filter((trouble) => trouble !== false);
}

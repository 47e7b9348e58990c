import type { Consumer, Kafka, PartitionAssigner, Producer } from 'kafkajs';

/** After this long without a sign of a member its partitions are given to others, in milliseconds. */
const SESSION_MS = 10_000;
/** How often a member gives a sign, and so learns that the group is rebalancing. */
const HEARTBEAT_MS = 1_000;
/** How long members have to join when the group is rebalancing. */
const REBALANCE_MS = 15_000;
/** How long a broker waits for records when there are none: what is resumed meanwhile waits as long for its turn. */
const FETCH_WAIT_MS = 100;
/** Where everything is paused nothing is fetched, and this is how soon something resumed is seen. */
const BROWSE_WAIT_MS = 20;
/** Bytes of a fetch at most, as they are in Kafka, compressed: of a partition, and in all. */
const FETCH_PARTITION_BYTES_MAX = 256 * 1024;
const FETCH_BYTES_MAX = 4 * 1024 * 1024;

const COMMON = {
  sessionTimeout: SESSION_MS,
  heartbeatInterval: HEARTBEAT_MS,
  rebalanceTimeout: REBALANCE_MS,
  maxBytesPerPartition: FETCH_PARTITION_BYTES_MAX,
  maxBytes: FETCH_BYTES_MAX,
  allowAutoTopicCreation: false,
  /** A consumer that is lost is made anew by `LiveConsumer`. */
  retry: { retries: 3, restartOnFailure: async () => false },
};

/** What is sent is tried again for about three seconds, while the partition's leader changes for instance. */
const SEND_RETRY = { retries: 5 };

/** A producer whose repetitions Kafka recognises; every message says its partition. */
export function createProducer(kafka: Kafka): Producer {
  return kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition!,
    retry: SEND_RETRY,
  });
}

/** A member of a group of processes that share a topic's partitions. */
export function createFollowingConsumer(kafka: Kafka, groupId: string, assigner: PartitionAssigner): Consumer {
  return kafka.consumer({ ...COMMON, groupId, partitionAssigners: [assigner], maxWaitTimeInMs: FETCH_WAIT_MS });
}

/** The only member of its group. */
export function createBrowsingConsumer(kafka: Kafka, groupId: string): Consumer {
  return kafka.consumer({ ...COMMON, groupId, maxWaitTimeInMs: BROWSE_WAIT_MS });
}

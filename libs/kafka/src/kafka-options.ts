/** What the Kafka adapter needs to know. */
export interface KafkaOptions {
  /** `host:port` each; one that answers is enough, the others are found through it. */
  brokers: readonly string[];
  /** How the connections call themselves in the brokers' logs and quotas. */
  clientId: string;
  ssl: boolean | { ca?: string; cert?: string; key?: string };
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string } | undefined;
  /** Put before the name of every topic. */
  topicPrefix: string;
  /** Of every topic; those that exist must have as many. */
  partitions: number;
  /** Of topics made here; the brokers' own default when undefined. */
  replicationFactor?: number | undefined;
  /** Told of what belongs to no call: a consumer that was lost and is made anew, a failed commit of the lag. */
  onWarning(error: Error): void;
}

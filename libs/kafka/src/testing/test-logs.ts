import { randomUUID } from 'node:crypto';
import { testKafka } from '@waymark/testkit';
import { Kafka, logLevel, type Admin, type ISocketFactory } from 'kafkajs';
import { KafkaEventLog } from '../kafka-event-log.js';
import type { KafkaOptions } from '../kafka-options.js';

/** Logs on the run's Kafka, each test's with a topic prefix of its own, and what they have warned of. */
export class TestLogs {
  readonly warnings: Error[] = [];
  readonly #open: KafkaEventLog[] = [];

  async options(over: Partial<KafkaOptions> = {}): Promise<KafkaOptions> {
    const { brokers } = await testKafka();
    return {
      brokers,
      clientId: 'test',
      ssl: false,
      topicPrefix: `${randomUUID()}.`,
      partitions: 2,
      replicationFactor: 1,
      onWarning: (error) => this.warnings.push(error),
      ...over,
    };
  }

  async open(over: Partial<KafkaOptions> = {}, socketFactory?: ISocketFactory): Promise<KafkaEventLog> {
    const log = await KafkaEventLog.open(await this.options(over), socketFactory);
    this.#open.push(log);
    return log;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((log) => log.close()));
  }
}

/** Runs `work` with an admin of the run's Kafka. */
export async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const { brokers } = await testKafka();
  const admin = new Kafka({ brokers, clientId: 'test', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

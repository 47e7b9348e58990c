import { Kafka, logLevel, type Producer } from 'kafkajs';

const RETRY = { retries: 3 };

/** A producer of the company's own, by a client that nothing of Waymark is in. */
export class KafkaProducer {
  readonly #topic: string;
  readonly #producer: Producer;

  constructor({ brokers, topic }: { brokers: string; topic: string }) {
    this.#topic = topic;
    const kafka = new Kafka({
      clientId: 'shop',
      brokers: brokers.split(','),
      logLevel: logLevel.NOTHING,
      retry: RETRY,
    });
    this.#producer = kafka.producer({ allowAutoTopicCreation: false });
  }

  open(): Promise<void> {
    return this.#producer.connect();
  }

  /** Resolves with whether Kafka has taken all of them. */
  async send(records: { key: string; value: string }[]): Promise<boolean> {
    try {
      await this.#producer.send({ topic: this.#topic, messages: records, acks: -1 });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('Kafka')) return false;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#producer.disconnect();
  }
}

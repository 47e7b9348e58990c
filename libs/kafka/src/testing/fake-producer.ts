import type { ProducerBatch, RecordMetadata } from 'kafkajs';

/** A producer of kafkajs whose sends the test answers. */
export class FakeProducer {
  /** The sends under way and over: of each the values, in order. */
  readonly sends: string[][] = [];
  isConnected = false;
  #answers: { resolve(answers: RecordMetadata[]): void; reject(error: Error): void; batch: ProducerBatch }[] = [];

  async connect(): Promise<void> {
    this.isConnected = true;
  }

  async disconnect(): Promise<void> {
    this.isConnected = false;
  }

  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]> {
    const messages = batch.topicMessages!.flatMap((each) => each.messages);
    this.sends.push(messages.map(({ value }) => String(value)));
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject, batch }));
  }

  /** Answers the send that waits longest as a broker does whose partitions are empty. */
  answer(lacking: number[] = []): void {
    const { resolve, batch } = this.#answers.shift()!;
    const places = batch.topicMessages!.flatMap(({ topic, messages }) =>
      messages.map(({ partition }) => ({ topicName: topic, partition: partition! })),
    );
    const answered = places.filter(({ partition }) => !lacking.includes(partition));
    resolve(answered.map((place) => ({ ...place, errorCode: 0, baseOffset: '10' })));
  }

  fail(error: Error): void {
    this.#answers.shift()!.reject(error);
  }
}

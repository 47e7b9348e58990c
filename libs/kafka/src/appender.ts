/**
 * Appends records to Kafka, in order.
 *
 *   append --> queue --sendLength--> one send at a time --answered--> resolved
 *                                         |
 *                                         '-- failed: its calls are rejected, the producer is given up for a new one
 *
 * - One send is under way at a time. What is appended meanwhile waits and goes in the next, so that many callers are one
 *   request. So a partition's records are in the order they were given.
 * - After any failed send the producer is not used again. kafkajs takes the sequence numbers of a request that failed
 *   back and gives them to the next one, and a broker that had written the first would take that for a repetition and
 *   drop it, silently. A new producer has a new identity, and nothing of it is a repetition. So the errors of a producer
 *   that has been fenced or lost its place (OUT_OF_ORDER_SEQUENCE_NUMBER, UNKNOWN_PRODUCER_ID, INVALID_PRODUCER_EPOCH)
 *   need no case of their own.
 * - A record counts as appended when Kafka has answered for its partition: kafkajs drops, without a word, what goes to a
 *   partition that its metadata lack.
 */
import { WaymarkError } from '@waymark/contracts';
import { CompressionTypes, type Message, type Producer, type RecordMetadata } from 'kafkajs';
import { classifyKafkaError, isAnswer } from './classify-error.js';
import type { EncodedRecord } from './encode-record.js';
import { sendLength } from './send-length.js';

/** Bytes that may wait to be sent (P6). */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** How long the brokers may take to copy the records to all replicas in sync, in milliseconds. */
const ACKNOWLEDGED_MS_MAX = 10_000;
const ALL_IN_SYNC = -1;

export interface AppenderOptions {
  /** Makes a producer, not connected yet. */
  createProducer(): Pick<Producer, 'connect' | 'sendBatch' | 'disconnect'>;
  /** Bytes of a batch of the topic (its name in Kafka) at most. */
  batchBytesMax(topic: string): number;
  /** Told where a partition ends at least, now that records were appended to it. */
  onAppended(at: { topic: string; partition: number; end: number }): void;
  onWarning(error: Error): void;
}

interface Call {
  left: number;
  resolve(): void;
  reject(error: WaymarkError): void;
}

interface Waiting extends EncodedRecord {
  call: Call;
}

type AnyProducer = ReturnType<AppenderOptions['createProducer']>;

export class Appender {
  readonly #options: AppenderOptions;
  #producer: AnyProducer | undefined;
  #queue: Waiting[] = [];
  #queueBytes = 0;
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** Resolves when there is a producer that is connected; rejects with LOG_UNAVAILABLE, or as kafkajs does. */
  async connect(): Promise<void> {
    await this.#connected();
  }

  /** Resolves when all are durable. Rejects with LOG_UNAVAILABLE, or OVERSIZE for a record that the topic does not take. */
  append(records: readonly EncodedRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    if (this.#isClosed) return Promise.reject(closed());
    const bytes = sumOf(records);
    if (this.#queueBytes > 0 && this.#queueBytes + bytes > QUEUE_BYTES_MAX) return Promise.reject(tooMuch());
    return new Promise((resolve, reject) => {
      const call: Call = { left: records.length, resolve, reject };
      for (const record of records) this.#queue.push({ ...record, call });
      this.#queueBytes += bytes;
      this.#sending ??= this.#sendAll();
    });
  }

  /** Sends what waits, then takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sending;
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect();
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const records = this.#queue.splice(0, sendLength(this.#queue, this.#options.batchBytesMax));
      this.#queueBytes -= sumOf(records);
      try {
        await this.#send(records);
        settle(records);
      } catch (error) {
        this.#fail(new Set(records.map(({ call }) => call)), errorOf(error, records));
      }
    }
    this.#sending = undefined;
  }

  /** What of a failed call still waits is not sent: its caller is told that it failed, and will append it again. */
  #fail(calls: ReadonlySet<Call>, error: WaymarkError): void {
    this.#queue = this.#queue.filter(({ call }) => !calls.has(call));
    this.#queueBytes = sumOf(this.#queue);
    for (const call of calls) call.reject(error);
  }

  async #send(records: readonly EncodedRecord[]): Promise<void> {
    const producer = await this.#connected();
    try {
      const answers = await producer.sendBatch({
        acks: ALL_IN_SYNC,
        timeout: ACKNOWLEDGED_MS_MAX,
        compression: CompressionTypes.GZIP,
        topicMessages: byTopic(records),
      });
      this.#take(answers, records);
    } catch (error) {
      this.#giveUp(producer);
      throw error;
    }
  }

  #take(answers: readonly RecordMetadata[], records: readonly EncodedRecord[]): void {
    const baseOffsets = new Map(answers.map((each) => [placeOf(each.topicName, each.partition), each.baseOffset]));
    const counts = new Map<string, { topic: string; partition: number; count: number }>();
    for (const { topic, partition } of records) {
      const place = placeOf(topic, partition);
      const known = counts.get(place);
      if (known) known.count += 1;
      else counts.set(place, { topic, partition, count: 1 });
    }
    for (const [place, { topic, partition, count }] of counts) {
      if (!baseOffsets.has(place)) throw unanswered(place);
      this.#options.onAppended({ topic, partition, end: Number(baseOffsets.get(place) ?? -1) + count });
    }
  }

  async #connected(): Promise<AnyProducer> {
    if (this.#producer) return this.#producer;
    const producer = this.#options.createProducer();
    try {
      await producer.connect();
    } catch (error) {
      this.#giveUp(producer);
      throw error;
    }
    return (this.#producer = producer);
  }

  #giveUp(producer: AnyProducer): void {
    if (this.#producer === producer) this.#producer = undefined;
    producer.disconnect().catch((error: unknown) => this.#options.onWarning(classifyKafkaError(error)));
  }
}

function settle(sent: readonly Waiting[]): void {
  for (const { call } of sent) {
    call.left -= 1;
    if (call.left === 0) call.resolve();
  }
}

function byTopic(records: readonly EncodedRecord[]): { topic: string; messages: Message[] }[] {
  const messages = new Map<string, Message[]>();
  for (const { topic, message } of records) {
    const list = messages.get(topic);
    if (list) list.push(message);
    else messages.set(topic, [message]);
  }
  return [...messages].map(([topic, list]) => ({ topic, messages: list }));
}

function errorOf(thrown: unknown, records: readonly EncodedRecord[]): WaymarkError {
  const [record] = records;
  if (!isAnswer(thrown, 'MESSAGE_TOO_LARGE') || records.length > 1) return classifyKafkaError(thrown);
  return new WaymarkError(
    'OVERSIZE',
    `a record of ${record!.bytes} bytes is over what ${record!.topic} takes, compressed too: raise the topic's max.message.bytes`,
    { cause: thrown },
  );
}

const closed = (): WaymarkError => new WaymarkError('LOG_UNAVAILABLE', 'the log is closed');
const tooMuch = (): WaymarkError =>
  new WaymarkError('LOG_UNAVAILABLE', `more than ${QUEUE_BYTES_MAX} bytes wait to be appended to Kafka`);
const unanswered = (place: string): WaymarkError =>
  new WaymarkError(
    'LOG_UNAVAILABLE',
    `Kafka has not answered for ${place}: the client does not know the partition yet`,
  );

function placeOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function sumOf(records: readonly EncodedRecord[]): number {
  return records.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Reads any partition from any offset, for whoever looks into the log and does not process it.
 *
 * kafkajs fetches only as a member of a consumer group: this one has a group of its own, alone in it and so assigned
 * everything, with all partitions paused. A read seeks and resumes its partition, takes what comes until it has enough or
 * is where the partition ended when it began, and pauses it again. Reads of one partition follow one another.
 *
 * Made when first needed. Nothing is committed, and the group is deleted on close.
 */
import { WaymarkError, type LogRecord, type Topic } from '@waymark/contracts';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { decodeMessage } from './decode-message.js';
import { fetchedOffsetOf } from './fetched-offset.js';
import { LiveConsumer } from './live-consumer.js';
import type { Bounds } from './offset-bounds.js';
import { within } from './within.js';

/** How long a read may wait for its records, and the first one for the group, in milliseconds. */
const READ_MS_MAX = 5_000;
const JOIN_MS_MAX = 20_000;
/** Bytes after which a read has enough (P6); one fetch more at most. */
const READ_BYTES_MAX = 16 * 1024 * 1024;

export interface BrowserOptions {
  /** The topics by their names in Kafka. */
  topics: ReadonlyMap<string, Topic>;
  createConsumer(): Consumer;
  bounds(name: string): Promise<ReadonlyMap<number, Bounds>>;
  deleteGroup(): Promise<void>;
  onWarning(error: Error): void;
}

/** A read under way. */
interface Collecting {
  next: number;
  /** Where the partition ended when it began. */
  end: number;
  max: number;
  messages: KafkaMessage[];
  bytes: number;
  finish(error?: WaymarkError): void;
}

interface From {
  /** In Kafka. */
  name: string;
  partition: number;
  offset: number;
  max: number;
}

export class Browser {
  readonly #options: BrowserOptions;
  readonly #collecting = new Map<string, Collecting>();
  /** The last read of each partition, to be followed by the next. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #consumer: LiveConsumer | undefined;
  #isClosed = false;

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  /** At most `max` records from `offset` on, or from where the partition begins. Rejects with LOG_UNAVAILABLE. */
  read(from: From): Promise<LogRecord[]> {
    const place = placeOf(from.name, from.partition);
    const before = this.#turns.get(place) ?? Promise.resolve();
    const turn = before.then(() => this.#readInTurn(from));
    this.#turns.set(
      place,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const consumer = this.#consumer;
    if (!consumer) return;
    await consumer.close();
    await this.#options.deleteGroup();
  }

  async #readInTurn(from: From): Promise<LogRecord[]> {
    const bounds = (await this.#options.bounds(from.name)).get(from.partition);
    if (!bounds || from.max <= 0) return [];
    const next = Math.max(from.offset, bounds.low);
    if (next >= bounds.high) return [];
    await this.#join();
    const messages = await this.#collect(from, { next, end: bounds.high });
    const topic = this.#options.topics.get(from.name)!;
    return messages.map((message) => decodeMessage({ topic, partition: from.partition }, message));
  }

  async #join(): Promise<void> {
    if (this.#isClosed) throw new WaymarkError('LOG_UNAVAILABLE', 'the log is closed');
    const { topics, createConsumer, onWarning } = this.#options;
    this.#consumer ??= new LiveConsumer({
      topics: [...topics.keys()],
      createConsumer,
      joined: (assignment) => this.#begin(assignment),
      rebalancing: () => undefined,
      lost: () => this.#failAll(),
      batch: (payload) => this.#take(payload),
      skipped: ({ topic, partition, last }) => this.#goOn(placeOf(topic, partition), last + 1),
      onWarning,
    });
    const consumer = this.#consumer;
    await within(JOIN_MS_MAX, consumer.start(), () => {
      throw new WaymarkError('LOG_UNAVAILABLE', `Kafka's records could not be read: ${consumer.problem}`);
    });
  }

  #collect({ name, partition, max }: From, { next, end }: { next: number; end: number }): Promise<KafkaMessage[]> {
    const place = placeOf(name, partition);
    return new Promise((resolve, reject) => {
      const finish = (error?: WaymarkError): void => {
        clearTimeout(timer);
        this.#collecting.delete(place);
        this.#consumer?.pause({ topic: name, partitions: [partition] });
        if (error && messages.length === 0) reject(error);
        else resolve(messages.slice(0, max));
      };
      const timer = setTimeout(() => finish(tooSlow(place, next)), READ_MS_MAX);
      const messages: KafkaMessage[] = [];
      this.#collecting.set(place, { next, end, max, messages, bytes: 0, finish });
      this.#fetch(name, partition, next);
    });
  }

  #fetch(topic: string, partition: number, offset: number): void {
    this.#consumer?.seek({ topic, partition, offset });
    this.#consumer?.resume({ topic, partition });
  }

  /** Everything is paused, and what is being read begins anew where it was. */
  #begin(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [topic, partitions] of Object.entries(assignment)) {
      this.#consumer?.pause({ topic, partitions });
      for (const partition of partitions) {
        const collecting = this.#collecting.get(placeOf(topic, partition));
        if (collecting) this.#fetch(topic, partition, collecting.next);
      }
    }
  }

  async #take({ batch, resolveOffset, isStale }: EachBatchPayload): Promise<void> {
    const place = placeOf(batch.topic, batch.partition);
    const collecting = this.#collecting.get(place);
    if (!collecting || isStale() || fetchedOffsetOf(batch) < collecting.next) return;
    for (const message of batch.messages) {
      collecting.messages.push(message);
      collecting.bytes += (message.key?.length ?? 0) + (message.value?.length ?? 0);
    }
    resolveOffset(batch.lastOffset());
    this.#goOn(place, Number(batch.lastOffset()) + 1);
  }

  #goOn(place: string, next: number): void {
    const collecting = this.#collecting.get(place);
    if (!collecting || next <= collecting.next) return;
    collecting.next = next;
    const { messages, max, bytes, end, finish } = collecting;
    if (next >= end || messages.length >= max || bytes >= READ_BYTES_MAX) finish();
  }

  #failAll(): void {
    const error = new WaymarkError('LOG_UNAVAILABLE', 'the connection to Kafka was lost while records were read');
    for (const { finish } of [...this.#collecting.values()]) finish(error);
  }
}

const tooSlow = (place: string, offset: number): WaymarkError =>
  new WaymarkError(
    'LOG_UNAVAILABLE',
    `Kafka has not given the records of ${place} from offset ${offset} on within ${READ_MS_MAX} ms; a transaction that its producer has not ended holds them back, too`,
  );

function placeOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

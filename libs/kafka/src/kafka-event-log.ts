import { randomUUID } from 'node:crypto';
import { WaymarkError, type LogRecord, type NewRecord, type Topic } from '@waymark/contracts';
import { placeOf, type EventLog } from '@waymark/ports';
import type { Admin, ISocketFactory, Kafka } from 'kafkajs';
import { Appender } from './appender.js';
import { Browser } from './browser.js';
import { classifyKafkaError, isNotLetIn, reasonOf } from './classify-error.js';
import { createBrowsingConsumer, createFollowingConsumer, createProducer } from './clients.js';
import { createClient } from './create-client.js';
import { describeLog, topicSettings, type LogDescription } from './describe-log.js';
import { encodeRecord } from './encode-record.js';
import { ensureTopics } from './ensure-topics.js';
import { FollowedTopic } from './followed-topic.js';
import type { KafkaOptions } from './kafka-options.js';
import { KnownEnds } from './known-ends.js';
import { boundsOf } from './offset-bounds.js';
import { TopicNames } from './topic-names.js';
import { within } from './within.js';

/** How long Kafka may take to answer a question about its health, in milliseconds. */
const HEALTH_MS_MAX = 2_000;
/** Kafka's default of `max.message.bytes`, for when we may not ask what a topic's is. */
const BATCH_BYTES_DEFAULT = 1_048_588;

type At = Parameters<EventLog['endOffset']>[0];

/** A topic to be read as a member of a consumer group; a group reads one topic. */
export interface Following {
  topic: Topic;
  groupId: string;
  /** Told the complete set of partitions that are this process's at every change; [] when all are lost. */
  onAssigned(partitions: readonly number[]): void;
}

/**
 * The log in Kafka: for any number of processes. Partitions assigned here, by {@link follow}, are fetched ahead, and a
 * read gives what is there; all others are fetched when they are asked for, which takes tens of milliseconds.
 */
export class KafkaEventLog implements EventLog {
  readonly partitions: number;
  /** The log for who looks into it and does not process it: these reads leave what is fetched ahead alone. */
  readonly browsing: EventLog;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #names: TopicNames;
  readonly #appender: Appender;
  readonly #browser: Browser;
  readonly #knownEnds = new KnownEnds();
  readonly #followed = new Map<Topic, FollowedTopic>();
  readonly #onWarning: (error: Error) => void;
  #batchBytesMax = new Map<string, number>();
  #closing: Promise<void> | undefined;

  private constructor(options: KafkaOptions, kafka: Kafka) {
    const { partitions, topicPrefix, onWarning } = options;
    const admin = kafka.admin();
    const browsingGroup = `${topicPrefix}browse-${randomUUID()}`;
    this.partitions = partitions;
    this.#kafka = kafka;
    this.#admin = admin;
    this.#onWarning = onWarning;
    this.#names = new TopicNames(topicPrefix);
    this.#appender = new Appender({
      createProducer: () => createProducer(kafka),
      batchBytesMax: (topic) => this.#batchBytesMax.get(topic) ?? BATCH_BYTES_DEFAULT,
      onAppended: (at) => this.#knownEnds.reached(at),
      onWarning,
    });
    this.#browser = new Browser({
      topics: this.#names.topics,
      createConsumer: () => createBrowsingConsumer(kafka, browsingGroup),
      bounds: (name) => boundsOf(admin, name),
      deleteGroup: () => this.#deleteGroup(browsingGroup),
      onWarning,
    });
    this.browsing = {
      partitions,
      append: (records) => this.append(records),
      read: ({ topic, ...from }) => this.#browser.read({ ...from, name: this.#names.nameOf(topic) }),
      waitFor: (at, signal) => this.#waitForEnd(at, signal),
      endOffset: (at) => this.endOffset(at),
    };
  }

  /**
   * Connects, and makes the topics that are missing. Rejects with LOG_UNAVAILABLE when Kafka cannot be reached, with
   * INVALID_CONFIGURATION when it does not let us in or a topic is not as configured. `socketFactory` is for tests.
   */
  static async open(options: KafkaOptions, socketFactory?: ISocketFactory): Promise<KafkaEventLog> {
    const log = new KafkaEventLog(options, createClient(options, socketFactory));
    try {
      await log.#admin.connect();
      await ensureTopics(log.#admin, log.#names, options);
      await log.#learnLimits();
      await log.#appender.connect();
      return log;
    } catch (error) {
      await log.close();
      throw whyNotOpened(error, options);
    }
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    const encoded = records.map((record) =>
      encodeRecord(record, {
        topic: this.#names.nameOf(record.topic),
        partition: placeOf(record, this.partitions),
      }),
    );
    await this.#appender.append(encoded);
  }

  /** Rejects with LOG_MISMATCH, of a followed partition, when the log cannot be the one of which `offset` was processed. */
  async read(from: Parameters<EventLog['read']>[0]): Promise<LogRecord[]> {
    const followed = this.#followed.get(from.topic);
    return followed?.has(from.partition) ? followed.read(from) : this.browsing.read(from);
  }

  async waitFor(at: Parameters<EventLog['waitFor']>[0], signal: AbortSignal): Promise<void> {
    const followed = this.#followed.get(at.topic);
    await (followed?.has(at.partition) ? followed.waitFor(at, signal) : this.#waitForEnd(at, signal));
  }

  async endOffset({ topic, partition }: At): Promise<number> {
    const bounds = await boundsOf(this.#admin, this.#names.nameOf(topic));
    return bounds.get(partition)?.high ?? 0;
  }

  /** Where every partition ends; 0 for one that does not exist. */
  async endOffsets(): Promise<(at: At) => number> {
    const names = [...this.#names.topics.keys()];
    const bounds = new Map(
      await Promise.all(names.map(async (name) => [name, await boundsOf(this.#admin, name)] as const)),
    );
    return ({ topic, partition }) => bounds.get(this.#names.nameOf(topic))?.get(partition)?.high ?? 0;
  }

  /**
   * Joins the consumer group and stays in until the log is closed: whenever membership is lost, it joins anew. Resolves
   * when it has joined, the partitions assigned, which may be none. Once for a topic.
   */
  async follow({ topic, groupId, onAssigned }: Following): Promise<void> {
    if (this.#closing) throw new WaymarkError('LOG_UNAVAILABLE', 'the log is closed');
    if (this.#followed.has(topic)) throw new WaymarkError('DEFECT', `${topic} is followed here already`);
    const name = this.#names.nameOf(topic);
    const followed = new FollowedTopic({
      topic,
      name,
      createConsumer: (assigner) => createFollowingConsumer(this.#kafka, groupId, assigner),
      bounds: () => boundsOf(this.#admin, name),
      onAssigned,
      onWarning: this.#onWarning,
    });
    this.#followed.set(topic, followed);
    await followed.start();
  }

  /** What Kafka says about itself and the topics. Rejects with LOG_UNAVAILABLE. */
  describe(): Promise<LogDescription> {
    return describeLog(this.#admin, this.#names);
  }

  /** Why the log cannot be worked with now, in a sentence; undefined when it can. Takes two seconds at most. */
  async problem(): Promise<string | undefined> {
    if (this.#closing) return 'the log is closed';
    for (const [topic, { problem }] of this.#followed) {
      if (problem !== undefined) return `this process is not a member of the consumer group of ${topic}: ${problem}`;
    }
    const asked = this.#admin.describeCluster().then(
      () => undefined,
      (error: unknown) => `Kafka does not answer: ${reasonOf(error)}`,
    );
    return within(HEALTH_MS_MAX, asked, () => `Kafka has not answered within ${HEALTH_MS_MAX} ms`);
  }

  /** Leaves the consumer groups, sends what was appended, and disconnects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#followed.values()].map((followed) => followed.close()));
    await this.#browser.close();
    await this.#appender.close();
    await this.#admin.disconnect();
  }

  #waitForEnd(at: Parameters<EventLog['waitFor']>[0], signal: AbortSignal): Promise<void> {
    const { topic, partition, offset } = at;
    return this.#knownEnds.waitFor({ topic: this.#names.nameOf(topic), partition, offset }, signal, () =>
      this.endOffset(at),
    );
  }

  async #learnLimits(): Promise<void> {
    try {
      const settings = await topicSettings(this.#admin, this.#names);
      for (const [name, its] of settings) {
        const bytes = Number(its.get('max.message.bytes'));
        if (bytes > 0) this.#batchBytesMax.set(name, bytes);
      }
    } catch (error) {
      if (!isNotLetIn(error)) throw error;
      this.#onWarning(
        new WaymarkError(
          'LOG_UNAVAILABLE',
          `the topics' settings may not be read: ${BATCH_BYTES_DEFAULT} bytes of a batch at most are assumed`,
          { cause: error },
        ),
      );
    }
  }

  /** A group without members that nobody deletes is deleted by Kafka in time. */
  async #deleteGroup(groupId: string): Promise<void> {
    await this.#admin.deleteGroups([groupId]).catch((error: unknown) => this.#onWarning(classifyKafkaError(error)));
  }
}

function whyNotOpened(error: unknown, { brokers }: KafkaOptions): WaymarkError {
  if (error instanceof WaymarkError && error.kind === 'invalid') return error;
  const at = `${brokers.join(', ')} (${reasonOf(error)})`;
  if (isNotLetIn(error))
    return new WaymarkError(
      'INVALID_CONFIGURATION',
      `Kafka does not let us in at ${at}: check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SSL, and what the user may do`,
      { cause: error },
    );
  return new WaymarkError(
    'LOG_UNAVAILABLE',
    `Kafka cannot be used now at ${at}: check KAFKA_BROKERS, and whether KAFKA_SSL and KAFKA_SASL_MECHANISM are what the brokers want`,
    { cause: error },
  );
}

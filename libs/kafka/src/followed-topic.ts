/**
 * A topic that this process reads as a member of a consumer group: the partitions assigned to it, fetched ahead.
 *
 *   assigned: forgotten, paused --read(offset)--> positioned: fetching <--full/drained--> paused
 *                  ^                                  |
 *                  '-- rebalancing, joined anew, a batch that does not continue, lost
 *
 * - The reader says where it is: a read from an offset that the buffer does not hold positions it there, after a look at
 *   where the partition begins and ends (LOG_MISMATCH). Kafka's committed offset decides nothing; it is the reader's
 *   offset, committed now and then so that the lag can be seen.
 * - A batch counts only if it was fetched at the very offset where the buffer ends. One fetched before a seek does not,
 *   nor one from where kafkajs went by itself when the offset it had was out of range: then the buffer is forgotten, and
 *   the reader's next read takes the look again.
 * - While the group is rebalancing nothing is given. Who reads then is fenced by the store, not here (P2).
 */
import { WaymarkError, type LogRecord, type Topic } from '@waymark/contracts';
import type { Consumer, EachBatchPayload, PartitionAssigner } from 'kafkajs';
import { classifyKafkaError, isAnswer, reasonOf } from './classify-error.js';
import { decodeMessage } from './decode-message.js';
import { fetchedOffsetOf } from './fetched-offset.js';
import { LiveConsumer } from './live-consumer.js';
import { beginningFor, type Bounds } from './offset-bounds.js';
import { PartitionBuffer } from './partition-buffer.js';
import { stickyAssigner } from './sticky-assigner.js';
import { Waiters } from './waiters.js';
import { within } from './within.js';

/** How often the offsets that were processed are committed, for whoever looks at the lag. */
const COMMIT_INTERVAL_MS = 5_000;
/** How long the last commit may take. */
const LAST_COMMIT_MS_MAX = 2_000;
/** What a commit meets while members come and go: the next one makes up for it. */
const REBALANCE_ANSWERS = [
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
];

export interface FollowedTopicOptions {
  topic: Topic;
  /** The topic's name in Kafka. */
  name: string;
  createConsumer(assigner: PartitionAssigner): Consumer;
  bounds(): Promise<ReadonlyMap<number, Bounds>>;
  /** Told the complete set at every change. */
  onAssigned(partitions: readonly number[]): void;
  onWarning(error: Error): void;
}

export class FollowedTopic {
  readonly #options: FollowedTopicOptions;
  readonly #consumer: LiveConsumer;
  /** Of the partitions that are assigned. */
  #buffers = new Map<number, PartitionBuffer>();
  /** The partitions whose fetching pauses because their buffer is full. */
  readonly #full = new Set<number>();
  /** By the partition's number; woken when there is more to read, or the buffer was forgotten. */
  readonly #waiters = new Waiters();
  /** What the readers have told, and of that what was committed. */
  readonly #processed = new Map<number, number>();
  readonly #committed = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: FollowedTopicOptions) {
    this.#options = options;
    this.#consumer = new LiveConsumer({
      topics: [options.name],
      createConsumer: () => options.createConsumer(stickyAssigner(() => [...this.#buffers.keys()])),
      joined: (assignment) => this.#assign(assignment[options.name] ?? []),
      rebalancing: () => this.#forgetAll(),
      lost: () => this.#assign([]),
      batch: (payload) => this.#take(payload),
      onWarning: options.onWarning,
    });
  }

  /** Resolves when it is a member of the group for the first time. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#commit(), COMMIT_INTERVAL_MS).unref();
    await this.#consumer.start();
  }

  get problem(): string | undefined {
    return this.#consumer.problem;
  }

  has(partition: number): boolean {
    return this.#buffers.has(partition);
  }

  /**
   * What was fetched from `offset` on, at once. Empty does not mean that the partition ends there: {@link waitFor} tells
   * when there is more. Everything below `offset` counts as processed.
   */
  async read({ partition, offset, max }: { partition: number; offset: number; max: number }): Promise<LogRecord[]> {
    const buffer = this.#buffers.get(partition);
    if (!buffer) return [];
    if (!buffer.holds(offset)) await this.#position(partition, buffer, offset);
    this.#processed.set(partition, offset);
    const messages = buffer.read(offset, max);
    if (this.#full.has(partition) && buffer.isDrained) this.#resume(partition);
    return messages.map((message) => decodeMessage({ topic: this.#options.topic, partition }, message));
  }

  /** Resolves when a read from `offset` on may give something, or has to be made for the fetching to go on. */
  async waitFor({ partition, offset }: { partition: number; offset: number }, signal: AbortSignal): Promise<void> {
    const buffer = this.#buffers.get(partition);
    if (!buffer?.holds(offset) || buffer.hasFrom(offset)) return;
    await this.#waiters.wait(String(partition), signal);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await within(LAST_COMMIT_MS_MAX, this.#commit(), () => undefined);
    await this.#consumer.close();
  }

  #assign(partitions: readonly number[]): void {
    const before = [...this.#buffers.keys()];
    const now = [...partitions].sort((a, b) => a - b);
    this.#buffers = new Map(now.map((partition) => [partition, new PartitionBuffer()]));
    for (const partition of before) if (!this.#buffers.has(partition)) this.#processed.delete(partition);
    this.#committed.clear();
    this.#full.clear();
    this.#consumer.pause({ topic: this.#options.name, partitions: now });
    this.#waiters.wakeAll();
    if (!this.#isClosed && String(before) !== String(now)) this.#options.onAssigned(now);
  }

  #forgetAll(): void {
    for (const partition of this.#buffers.keys()) this.#forget(partition);
  }

  #forget(partition: number): void {
    this.#buffers.get(partition)?.forget();
    this.#full.delete(partition);
    this.#pause(partition);
    this.#waiters.wake(String(partition));
  }

  async #position(partition: number, buffer: PartitionBuffer, offset: number): Promise<void> {
    const { topic, name } = this.#options;
    const bounds = (await this.#options.bounds()).get(partition);
    if (!bounds) throw new WaymarkError('LOG_UNAVAILABLE', `Kafka does not know partition ${partition} of ${name}`);
    const next = beginningFor(offset, bounds, `partition ${partition} of ${topic} (${name})`);
    if (this.#buffers.get(partition) !== buffer) return;
    buffer.position({ start: offset, next });
    this.#consumer.seek({ topic: name, partition, offset: next });
    this.#resume(partition);
  }

  #pause(partition: number): void {
    this.#consumer.pause({ topic: this.#options.name, partitions: [partition] });
  }

  #resume(partition: number): void {
    this.#full.delete(partition);
    this.#consumer.resume({ topic: this.#options.name, partition });
  }

  async #take({ batch, resolveOffset, isStale }: EachBatchPayload): Promise<void> {
    const { partition } = batch;
    const buffer = this.#buffers.get(partition);
    if (buffer?.next === undefined || isStale()) return;
    const { next } = buffer;
    const fetched = fetchedOffsetOf(batch);
    const continues = fetched === next || (fetched > next && (await this.#hasNothingBetween(partition, next)));
    if (this.#buffers.get(partition) !== buffer || buffer.next !== next || isStale()) return;
    if (!continues) return this.#forget(partition);
    resolveOffset(String(buffer.add(batch.messages, Number(batch.lastOffset()))));
    if (buffer.isFull) {
      this.#full.add(partition);
      this.#pause(partition);
    }
    this.#waiters.wake(String(partition));
  }

  /**
   * Whether what is missing from `next` on up to a batch was never to be read: kafkajs passes over batches of nothing but
   * the markers of transactions by itself. If Kafka has deleted something there, it was not that.
   */
  async #hasNothingBetween(partition: number, next: number): Promise<boolean> {
    try {
      const bounds = (await this.#options.bounds()).get(partition);
      return bounds !== undefined && bounds.low <= next;
    } catch (error) {
      this.#options.onWarning(classifyKafkaError(error));
      return false;
    }
  }

  async #commit(): Promise<void> {
    const offsets = [...this.#processed]
      .filter(([partition, offset]) => this.#buffers.has(partition) && this.#committed.get(partition) !== offset)
      .map(([partition, offset]) => ({ topic: this.#options.name, partition, offset }));
    if (offsets.length === 0) return;
    try {
      await this.#consumer.commit(offsets);
      for (const { partition, offset } of offsets) this.#committed.set(partition, offset);
    } catch (error) {
      if (REBALANCE_ANSWERS.some((answer) => isAnswer(error, answer))) return;
      const message = `the lag of ${this.#options.name} could not be committed: ${reasonOf(error)}`;
      this.#options.onWarning(new WaymarkError('LOG_UNAVAILABLE', message, { cause: error }));
    }
  }
}

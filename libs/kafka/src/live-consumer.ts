/**
 * A consumer of kafkajs that is made anew whenever it is lost, until it is closed.
 *
 *   start --> (joining) --GROUP_JOIN--> (member) --STOP, CRASH--> lost --backoff--> (joining) ...
 *                 |                        ^  |
 *                 '-- failed: backoff      '--' REBALANCING, GROUP_JOIN
 *
 * - kafkajs' own restart is off: it gives up on what it takes for lasting (`restart: false`), such as a coordinator that is
 *   still loading. Here every end is followed by a new consumer, after {@link BACKOFF_BASE_MS} doubling to
 *   {@link BACKOFF_MAX_MS}, and told as a warning.
 * - `joined` is called at every assignment with the whole of it, `lost` when membership ends; between two `joined`
 *   without a `lost` there may be a `rebalancing`.
 * - Nothing is committed and no offset resolved but by the batch handler. `seek`, `pause` and `resume` are for a member;
 *   of who is not one they are forgotten, as the next `joined` begins everything anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WaymarkError } from '@waymark/contracts';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { reasonOf } from './classify-error.js';
import { within } from './within.js';

const BACKOFF_BASE_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** How long leaving the group may take before it is left to the session to end. */
const LEAVE_MS_MAX = 5_000;

type Assignment = Readonly<Record<string, readonly number[]>>;
interface Place {
  topic: string;
  partition: number;
}

export interface LiveConsumerOptions {
  topics: readonly string[];
  createConsumer(): Consumer;
  joined(assignment: Assignment): void;
  rebalancing(): void;
  lost(): void;
  batch(payload: EachBatchPayload): Promise<void>;
  /** A batch was passed over that has nothing to be read: markers of transactions, and what they took back. */
  skipped?(at: Place & { last: number }): void;
  onWarning(error: Error): void;
  /** Waits in real time; resolves early when the signal aborts. */
  pauseFor?(ms: number, signal: AbortSignal): Promise<unknown>;
}

interface Life {
  isOver: boolean;
  wasMember: boolean;
}

export class LiveConsumer {
  readonly #options: LiveConsumerOptions;
  readonly #closing = new AbortController();
  readonly #joinedFirst: Promise<void>;
  #settleFirst!: { resolve(): void; reject(error: Error): void };
  #member: Consumer | undefined;
  /** Ends the consumer there is. */
  #end: (() => void) | undefined;
  #living: Promise<void> | undefined;
  #reason = 'it has not been joined yet';

  constructor(options: LiveConsumerOptions) {
    this.#options = options;
    this.#joinedFirst = new Promise((resolve, reject) => (this.#settleFirst = { resolve, reject }));
    this.#joinedFirst.catch(() => undefined);
  }

  /** Resolves when it is a member for the first time; rejects with LOG_UNAVAILABLE when it is closed before. */
  start(): Promise<void> {
    this.#living ??= this.#live();
    return this.#joinedFirst;
  }

  /** Why it is not a member of its group; undefined when it is. */
  get problem(): string | undefined {
    return this.#member ? undefined : this.#reason;
  }

  seek({ topic, partition, offset }: Place & { offset: number }): void {
    this.#member?.seek({ topic, partition, offset: String(offset) });
  }

  pause({ topic, partitions }: { topic: string; partitions: readonly number[] }): void {
    this.#member?.pause([{ topic, partitions: [...partitions] }]);
  }

  resume({ topic, partition }: Place): void {
    this.#member?.resume([{ topic, partitions: [partition] }]);
  }

  async commit(offsets: readonly (Place & { offset: number })[]): Promise<void> {
    await this.#member?.commitOffsets(offsets.map((each) => ({ ...each, offset: String(each.offset) })));
  }

  /** Leaves the group. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#end?.();
    this.#settleFirst.reject(new WaymarkError('LOG_UNAVAILABLE', 'the log is closed'));
    await this.#living;
  }

  async #live(): Promise<void> {
    const { signal } = this.#closing;
    const { pauseFor = pauseInRealTime } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const wasMember = await this.#liveOnce();
      failures = wasMember ? 1 : failures + 1;
      await pauseFor(Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (failures - 1)), signal);
    }
  }

  /** One consumer from its making to its end. Resolves with whether it was a member. */
  async #liveOnce(): Promise<boolean> {
    const consumer = this.#options.createConsumer();
    const life: Life = { isOver: false, wasMember: false };
    const over = this.#listen(consumer, life);
    try {
      await Promise.race([this.#run(consumer), over]);
      await over;
    } catch (error) {
      this.#tell(error);
    }
    this.#end?.();
    await within(LEAVE_MS_MAX, this.#leave(consumer), () => undefined);
    return life.wasMember;
  }

  /** Resolves when the consumer has ended, or is to end. */
  #listen(consumer: Consumer, life: Life): Promise<void> {
    const { GROUP_JOIN, REBALANCING, STOP, CRASH, END_BATCH_PROCESS } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => {
      if (life.isOver) return;
      life.wasMember = true;
      this.#member = consumer;
      this.#options.joined(payload.memberAssignment);
      this.#settleFirst.resolve();
    });
    consumer.on(REBALANCING, () => {
      if (!life.isOver) this.#options.rebalancing();
    });
    consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) this.#options.skipped?.({ topic, partition, last: Number(lastOffset) });
    });
    return new Promise((resolve) => {
      this.#end = (): void => {
        if (life.isOver) return;
        life.isOver = true;
        this.#member = undefined;
        if (life.wasMember) this.#options.lost();
        resolve();
      };
      // STOP comes first, CRASH only when the connections are closed.
      consumer.on(STOP, this.#end);
      consumer.on(CRASH, ({ payload }) => {
        this.#tell(payload.error);
        if (!life.isOver) this.#end?.();
      });
      if (this.#closing.signal.aborted) this.#end();
    });
  }

  async #run(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#options.batch(payload),
    });
  }

  async #leave(consumer: Consumer): Promise<void> {
    try {
      await consumer.disconnect();
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.#reason = reasonOf(error);
    if (this.#closing.signal.aborted) return;
    const topics = this.#options.topics.join(', ');
    const message = `the consumer of ${topics} is made anew: ${this.#reason}`;
    this.#options.onWarning(new WaymarkError('LOG_UNAVAILABLE', message, { cause: error }));
  }
}

async function pauseInRealTime(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

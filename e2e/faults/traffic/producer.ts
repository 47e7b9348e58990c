/**
 * Sends a round's calls as careful producers do: what a customer does goes out in order, one batch of hers at a time, and
 * whatever is not known to be taken is sent again, the same.
 *
 * - A batch goes to one replica over HTTP, to both at the same time, or straight onto `events.raw`, there twice.
 * - Some batches carry older calls again, at any place in them.
 * - Lanes wait while much of what they sent has had no effect yet, so that there is load as long as there are calls.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { partitionOf } from '@waymark/contracts';
import type { Cluster } from '../cluster/cluster.js';
import { WRITE_KEY } from '../cluster/cluster.js';
import type { Ledger } from '../ledger/ledger.js';
import { Random } from '../random.js';
import { until } from '../until.js';
import type { KafkaProducer } from './kafka-producer.js';
import type { Call } from './make-traffic.js';
import { rawRecordOf, segmentCallOf } from './wire.js';

const LANES = 4;
const BATCH_MAX = 8;
const OLD_MAX = 3;
/** Orders that were taken and whose first receipt has not come, at most. */
const WINDOW = 200;
const SHARES = { old: 0.3, both: 0.1, kafka: 0.1 };
const ANSWER_MS_MAX = 5_000;
const RETRY_MS = 100;
/** Until a batch is taken, and until there is room for the next, in milliseconds. */
const PATIENCE_MS = 180_000;

export interface ProducerOptions {
  cluster: Cluster;
  kafka: KafkaProducer;
  ledger: Ledger;
  seed: number;
}

export class Producer {
  readonly #options: ProducerOptions;
  /** Orders taken whose first receipt has not been seen. */
  readonly #open = new Set<string>();

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  /** Resolves when all are taken. */
  async send(calls: readonly Call[]): Promise<void> {
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      calls.filter(({ customer }) => partitionOf(customer, LANES) === lane),
    );
    await Promise.all(lanes.map((lane, number) => this.#sendLane(lane, new Random(this.#options.seed + number))));
  }

  async #sendLane(calls: readonly Call[], random: Random): Promise<void> {
    for (let next = 0; next < calls.length;) {
      await until('what was sent to have its effect', PATIENCE_MS, () => this.#hasRoom());
      const size = 1 + random.below(BATCH_MAX);
      const batch = calls.slice(next, next + size);
      const old = next > 0 && random.chance(SHARES.old) ? 1 + random.below(OLD_MAX) : 0;
      const withOld = [...batch];
      for (let i = 0; i < old; i += 1) withOld.splice(random.below(withOld.length + 1), 0, calls[random.below(next)]!);
      await this.#sendBatch(withOld, random);
      this.#options.ledger.taken(batch, Date.now());
      for (const { said } of batch)
        if (said.type === 'track' && said.event === 'Order Placed') this.#open.add(said.properties.order);
      next += size;
    }
  }

  #hasRoom(): boolean {
    for (const order of this.#open) if (this.#options.ledger.has(`receipt/${order}/1`)) this.#open.delete(order);
    return this.#open.size < WINDOW;
  }

  async #sendBatch(calls: readonly Call[], random: Random): Promise<void> {
    const way = random.unit();
    const first = random.below(2);
    if (way < SHARES.kafka) return this.#sendToKafka(calls);
    if (way >= SHARES.kafka + SHARES.both) return this.#sendToHttp(calls, first);
    const copies = [this.#sendToHttp(calls, 0), this.#sendToHttp(calls, 1)];
    await Promise.all(copies);
  }

  /** As often as it takes. */
  async #sendToHttp(calls: readonly Call[], first: number): Promise<void> {
    const { cluster, ledger } = this.#options;
    let tries = first;
    await until('a batch to be taken', PATIENCE_MS, async () => {
      const urls = cluster.urls('ingestion');
      const url = urls[tries % urls.length];
      tries += 1;
      if (url === undefined) return false;
      ledger.sending(calls, Date.now());
      const waitMs = await this.#try(url, calls);
      if (waitMs === undefined) return true;
      await pause(waitMs);
      return false;
    });
  }

  /** Resolves with how many milliseconds to wait before the next try; undefined when it was taken. */
  async #try(url: string, calls: readonly Call[]): Promise<number | undefined> {
    const now = Date.now();
    try {
      const answer = await fetch(new URL('/v1/batch', url), {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ batch: calls.map((call) => segmentCallOf(call, now)) }),
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const text = await answer.text();
      if (answer.status === 429 || answer.status === 503) return RETRY_MS;
      const { rejected } = JSON.parse(text) as { rejected?: unknown[] };
      if (answer.ok && !rejected?.length) return undefined;
      throw new Refused(`a batch was answered ${answer.status}: ${text}`);
    } catch (error) {
      if (error instanceof Refused) throw error;
      return RETRY_MS;
    }
  }

  async #sendToKafka(calls: readonly Call[]): Promise<void> {
    const { kafka, ledger } = this.#options;
    const records = calls.map((call) => rawRecordOf(call, Date.now()));
    for (let copy = 0; copy < 2; copy += 1) {
      await until('records to be taken by Kafka', PATIENCE_MS, () => {
        ledger.sending(calls, Date.now());
        return kafka.send(records);
      });
    }
  }
}

/** An answer that stays what it is, however often the batch is sent. */
class Refused extends Error {}

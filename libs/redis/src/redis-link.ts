/**
 * One connection to Redis that costs little when Redis is away. Its state is the circuit:
 *
 *   open --ready--> closed --lost, or no answer in time--> open, for PAUSE_MS, doubling to PAUSE_MS_MAX, then tried again
 *
 * - While the circuit is open nothing is sent and nobody waits; what is on its way when it opens fails at once.
 * - An answer is awaited for `timeoutMs`, then the connection is given up: so one batch pays for a Redis that stands still,
 *   and nothing piles up behind it (P6). A new connection counts when Redis has answered on it.
 * - Nothing is sent twice, and nothing is kept to be sent later.
 * - An outage is told once, when it begins.
 *
 * Left to others: what to do without Redis.
 */
import { WaymarkError } from '@waymark/contracts';
import { Redis, type ChainableCommander, type RedisOptions } from 'ioredis';

/** How long a Redis that failed is left alone, in milliseconds: at first, and at most. */
const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 10_000;
/** How long a connection that was given up may take to end before it is cut, in milliseconds. */
const END_MS_MAX = 100;
const LOST = 'the connection was closed';
/** What Redis says to those who may not use it, or not the database they named. */
const NOT_LET_IN = /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR DB index|ERR SELECT)/;

export interface RedisLinkOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` with TLS. */
  url: string;
  /** Shown by Redis in its list of clients. */
  name: string;
  /** Milliseconds until a connection counts as dead: to be made, and to be answered on. */
  timeoutMs: number;
  scripts: NonNullable<RedisOptions['scripts']>;
  /** Told when an outage begins. */
  onAway: (reason: string) => void;
}

/** What became of one command of a batch. */
export type Reply = [error: Error | null, result: unknown];

export class RedisLink {
  readonly #redis: Redis;
  readonly #timeoutMs: number;
  readonly #onAway: (reason: string) => void;
  #reason = LOST;
  #refusal: string | undefined;
  #isAway = false;
  #isClosing = false;

  private constructor({ url, name, timeoutMs, scripts, onAway }: RedisLinkOptions) {
    this.#timeoutMs = timeoutMs;
    this.#onAway = onAway;
    this.#redis = new Redis(url, {
      connectionName: name,
      disableClientInfo: true,
      lazyConnect: true,
      connectTimeout: timeoutMs,
      disconnectTimeout: END_MS_MAX,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (attempt - 1)),
      // A primary that was made a replica: the name may lead to the new one. Once is enough for a whole batch.
      reconnectOnError: ({ message }) => message.startsWith('READONLY') && this.#redis.stream.writable,
      scripts,
    });
    this.#follow();
  }

  /**
   * Tries to connect once; a Redis that is away is told as an outage, and tried again in the background. Rejects with
   * INVALID_CONFIGURATION when Redis does not let us in.
   */
  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    const link = new RedisLink(options);
    await Promise.allSettled([link.#redis.connect()]);
    if (link.#refusal === undefined) return link;
    await link.close();
    throw new WaymarkError(
      'INVALID_CONFIGURATION',
      `Redis does not let us in (${link.#refusal}): check user, password and database number of REDIS_URL`,
    );
  }

  get circuit(): 'closed' | 'open' {
    return this.#redis.status === 'ready' ? 'closed' : 'open';
  }

  /** Why Redis cannot be used, or could not the last time. */
  get reason(): string {
    return this.#reason;
  }

  /** Sends commands in one round trip; resolves with what became of each, or with undefined when none was sent. */
  async send(fill: (batch: ChainableCommander) => void): Promise<Reply[] | undefined> {
    if (this.circuit === 'open') return undefined;
    const answered = this.#awaitAnswer();
    const batch = this.#redis.pipeline();
    fill(batch);
    const replies = await batch.exec();
    answered();
    return replies ?? undefined;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const isConnected = ['connecting', 'connect', 'ready'].includes(this.#redis.status);
    const ended = isConnected && new Promise((resolve) => this.#redis.once('end', resolve));
    this.#redis.disconnect();
    await ended;
  }

  #follow(): void {
    let answered = (): void => undefined;
    this.#redis.on('connect', () => (answered = this.#awaitAnswer()));
    this.#redis.on('ready', () => {
      answered();
      this.#isAway = false;
      this.#reason = LOST;
    });
    this.#redis.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason = error.message || String(error.code);
      if (NOT_LET_IN.test(this.#reason)) this.#refusal = this.#reason;
    });
    this.#redis.on('close', () => {
      answered();
      this.#away();
    });
  }

  /**
   * Gives the connection up unless what it returns is called in time. What has come meanwhile is read first: it may be
   * this process that was late.
   */
  #awaitAnswer(): () => void {
    let isAnswered = false;
    const giveUp = (): void => {
      if (isAnswered) return;
      this.#reason = `no answer in ${this.#timeoutMs} ms`;
      this.#redis.disconnect(true);
    };
    const timer = setTimeout(() => setImmediate(giveUp), this.#timeoutMs);
    return () => {
      isAnswered = true;
      clearTimeout(timer);
    };
  }

  #away(): void {
    if (this.#isAway || this.#isClosing) return;
    this.#isAway = true;
    this.#onAway(this.#reason);
  }
}

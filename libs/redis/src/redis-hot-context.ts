/**
 * The hot context in Redis: one string per customer, `<version> <JSON>`, forgotten after a time.
 *
 * - A newer version is never replaced by an older one: a script compares and writes (`put-context.lua`).
 * - Whatever is not a context of this customer in today's shape is a miss, and the next put replaces it.
 * - Redis may be flushed, restarted, filled by others or away: reads are misses, writes are left out. Neither rejects, so
 *   that no batch fails for want of a copy; what could not be written is read from the profiles.
 * - So a copy may be behind the profile, for as long as contexts are kept: who must not act on that names the version it
 *   needs, or {@link NEWEST}, which is never answered here.
 */
import { WaymarkError, type CustomerId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import { NEWEST, type HotContext, type WantedContext } from '@waymark/ports';
import type { ChainableCommander, Result } from 'ioredis';
import { loadLua } from './load-lua.js';
import { RedisLink, type Reply } from './redis-link.js';
import { contentOf, contextOf, keyOf } from './stored-context.js';

const DAY_MS = 86_400_000;
/** How long a context is kept after it was written last. */
const TTL_MS = 7 * DAY_MS;
/** How long a batch waits for Redis. */
const TIMEOUT_MS = 1_000;
const SCRIPTS = { putContext: { lua: loadLua('put-context'), numberOfKeys: 1 } };

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** `put-context.lua` */
    putContext(key: string, version: number, content: string, ttlMs: number): Result<0 | 1, Context>;
  }
}

export interface RedisHotContextOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` with TLS. */
  url: string;
  /** Begins every key; two Waymarks in one Redis need two. */
  prefix: string;
  /** Milliseconds a context is kept after it was written last. */
  ttlMs?: number;
  /** Milliseconds a batch waits for an answer, before Redis counts as away. */
  timeoutMs?: number;
  /** Told once when Redis goes away or begins to refuse, with STORE_UNAVAILABLE. */
  onWarning: (warning: WaymarkError) => void;
}

/** The hot context shared by the processes of a cluster. `get` and `put` never reject. */
export class RedisHotContext implements HotContext {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #ttlMs: number;
  readonly #onWarning: (warning: WaymarkError) => void;
  /** What Redis answers to, and yet refuses to do. */
  readonly #refused = new Set<'read' | 'write'>();

  private constructor(link: RedisLink, { prefix, ttlMs = TTL_MS, onWarning }: RedisHotContextOptions) {
    this.#link = link;
    this.#prefix = prefix;
    this.#ttlMs = ttlMs;
    this.#onWarning = onWarning;
  }

  /** Connects; a Redis that is away is a warning. Rejects with INVALID_CONFIGURATION when it does not let us in. */
  static async open(options: RedisHotContextOptions): Promise<RedisHotContext> {
    const { url, timeoutMs = TIMEOUT_MS, onWarning } = options;
    const onAway = (reason: string): void => onWarning(unavailable(reason));
    const link = await RedisLink.open({ url, name: 'waymark-contexts', timeoutMs, scripts: SCRIPTS, onAway });
    return new RedisHotContext(link, options);
  }

  /** Whether Redis is asked (`closed`), or left alone for a while because it failed (`open`). */
  get circuit(): 'closed' | 'open' {
    return this.#link.circuit;
  }

  async get(wanted: readonly WantedContext[]): Promise<Map<CustomerId, CustomerContext>> {
    const found = new Map<CustomerId, CustomerContext>();
    const asked = wanted.filter(({ minVersion }) => minVersion !== NEWEST);
    if (asked.length === 0) return found;
    const keys = asked.map(({ customerId }) => keyOf(this.#prefix, customerId));
    const [reply] = await this.#send('read', (batch) => batch.mget(keys));
    const values = (reply?.[1] ?? []) as (string | null)[];
    for (const [at, want] of asked.entries()) {
      const context = contextOf(values[at] ?? '', want);
      if (context) found.set(want.customerId, context);
    }
    return found;
  }

  async put(contexts: readonly CustomerContext[]): Promise<void> {
    if (contexts.length === 0) return;
    await this.#send('write', (batch) => {
      for (const context of contexts)
        batch.putContext(keyOf(this.#prefix, context.id), context.version, contentOf(context), this.#ttlMs);
    });
  }

  /** Rejects with STORE_UNAVAILABLE. */
  async drop(customerIds: readonly CustomerId[]): Promise<void> {
    if (customerIds.length === 0) return;
    const keys = customerIds.map((id) => keyOf(this.#prefix, id));
    const [reply] = await this.#send('write', (batch) => batch.unlink(keys));
    if (!reply || reply[0]) throw unavailable(this.#reasonOf(reply));
  }

  /** Whether Redis answers; undefined, or one sentence. */
  async problem(): Promise<string | undefined> {
    const [reply] = (await this.#link.send((batch) => batch.ping())) ?? [];
    return reply && !reply[0] ? undefined : `Redis does not answer: ${this.#reasonOf(reply)}`;
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  #reasonOf(reply: Reply | undefined): string {
    const error = reply?.[0];
    return error && isRefusal(error) ? refusalOf(error) : this.#link.reason;
  }

  /** One round trip; empty when Redis is away. What it refuses is told when that begins. */
  async #send(what: 'read' | 'write', fill: (batch: ChainableCommander) => void): Promise<Reply[]> {
    const replies = (await this.#link.send(fill)) ?? [];
    const refusal = replies.map(([error]) => error).find((error) => error !== null && isRefusal(error));
    if (!refusal) this.#refused.delete(what);
    else if (!this.#refused.has(what)) {
      this.#refused.add(what);
      this.#onWarning(unavailable(`it refuses to ${what}: ${refusalOf(refusal)}`));
    }
    return replies;
  }
}

/** Without the driver's error as its cause: that has the command with it, and so what is known of customers. */
function unavailable(reason: string): WaymarkError {
  return new WaymarkError('STORE_UNAVAILABLE', `the hot contexts in Redis cannot be used now: ${reason}`);
}

/** Whether Redis has answered, with no. */
function isRefusal({ name }: Error): boolean {
  return name === 'ReplyError';
}

/** What Redis said, without the arguments it quotes. */
function refusalOf({ message }: Error): string {
  return message.split(', with args')[0]!;
}

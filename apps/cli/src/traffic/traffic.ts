import type { JsonObject } from '@waymark/contracts';
import type { OutsideWorld } from '../demo/outside-world.js';
import { reactionRequest } from '../demo/reaction-request.js';
import { Reactions, type Reaction } from '../demo/reactions.js';
import { endlessWeeks, type PersonsCall } from './endless-weeks.js';
import { Lanes } from './lanes.js';
import { Pace } from './pace.js';
import { PatientClient, type Answer } from './patient-client.js';
import type { ServiceUrls } from './service-urls.js';
import type { Totals } from './totals.js';

export interface TrafficOptions {
  urls: ServiceUrls;
  writeKey: string;
  adminToken: string;
  /** The channel secret with which outcomes are signed. */
  mailSecret: string;
  /** Events a second. */
  rate: number;
  /** People of one week. */
  customers: number;
  seed: number;
  /** Tells this run's people and messages from another's. */
  run: string;
  outside: OutsideWorld;
}

/** What the world gives: time, the network, and the word that it is enough. */
export interface TrafficWorld {
  /** No more events when it aborts. */
  enough: AbortSignal;
  /** Nothing is waited for any more when it aborts. */
  giveUp: AbortSignal;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Waits; rejects when the signal aborts. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  fetch?: typeof fetch;
}

const CALL_LANES = 8;
const REACTION_LANES = 4;
const CALLS_A_BATCH = 100;
const CALLS_WAITING = 200;
const REACTIONS_WAITING = 1_000;
/** What takes a quarter of an hour in the simulated week takes a second here: an opening, an answer of the carrier. */
const TICK_MS = 1_000;
/** Not found, or too late to undo: what people do is not always possible. */
const SHRUGGED_OFF = new Set([404, 409]);

/**
 * Streams what the shop's people do in real time, and what they and the shop's partners do because of a message.
 * 1. What one person does is sent in order; what was not answered is sent again with the same message id.
 * 2. Bounded: when the platform is slower than the rate, nothing piles up, people wait.
 * 3. Everything that was begun is counted once: as sent, a reaction, failed, or abandoned.
 */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #world: TrafficWorld;
  readonly #client: PatientClient;
  readonly #reactions: Reactions;
  readonly #calls: Lanes<JsonObject>;
  readonly #acts: Lanes<Exclude<Reaction, { type: 'call' }>>;
  readonly #startedAt: number;
  readonly #retried: Record<string, number> = {};
  readonly #counts = { sent: 0, failed: 0, abandoned: 0, reactions: 0 };
  #tick = 0;

  constructor(options: TrafficOptions, world: TrafficWorld) {
    this.#options = options;
    this.#world = world;
    this.#startedAt = world.now();
    this.#reactions = new Reactions(options.seed, options.outside);
    this.#client = new PatientClient({
      signal: world.giveUp,
      pause: (ms) => world.pause(ms, world.giveUp),
      onRetry: (cause) => (this.#retried[cause] = (this.#retried[cause] ?? 0) + 1),
      fetch: world.fetch,
    });
    this.#calls = new Lanes({
      lanes: CALL_LANES,
      batchMax: CALLS_A_BATCH,
      queueMax: CALLS_WAITING,
      send: (calls) => this.#sendCalls(calls),
    });
    this.#acts = new Lanes({
      lanes: REACTION_LANES,
      batchMax: 1,
      queueMax: REACTIONS_WAITING,
      send: ([reaction]) => this.#sendReaction(reaction!),
    });
  }

  get totals(): Totals {
    const { taken, repeated } = this.#options.outside;
    return {
      seconds: (this.#world.now() - this.#startedAt) / 1000,
      ...this.#counts,
      retried: { ...this.#retried },
      received: taken,
      receivedTwice: repeated,
    };
  }

  /** Resolves when it was told that it is enough, and everything begun is answered or given up. */
  async run(): Promise<void> {
    await Promise.all([this.#live(), this.#react()]);
    await Promise.all([this.#calls.idle(), this.#acts.idle()]);
  }

  async #live(): Promise<void> {
    const pace = new Pace(this.#options.rate, this.#world.now());
    for (const happening of endlessWeeks(this.#options)) {
      if (!(await this.#waited(pace.next(this.#world.now())))) return;
      await this.#happens(happening);
    }
  }

  async #happens({ person, call }: PersonsCall): Promise<void> {
    await this.#calls.add(person, this.#stamped(call));
    if (call['event'] === 'Beans Running Low') this.#reactions.beansRunLow(this.#tick, person);
  }

  async #react(): Promise<void> {
    while (await this.#waited(TICK_MS)) {
      this.#tick += 1;
      this.#reactions.observe(this.#tick);
      for (const reaction of this.#reactions.due(this.#tick)) {
        if (reaction.type === 'call')
          await this.#calls.add(reaction.call['userId'] as string, this.#stamped(reaction.call));
        else await this.#acts.add('actionId' in reaction ? reaction.actionId : reaction.customer, reaction);
      }
    }
  }

  #stamped(call: JsonObject): JsonObject {
    return { ...call, timestamp: this.#instant() };
  }

  #instant(): string {
    return new Date(this.#world.now()).toISOString();
  }

  /** Whether time went by without the word that it is enough. */
  async #waited(ms: number): Promise<boolean> {
    const { enough, pause } = this.#world;
    if (enough.aborted) return false;
    if (ms === 0) return true;
    try {
      await pause(ms, enough);
      return true;
    } catch (error) {
      if (enough.aborted) return false;
      throw error;
    }
  }

  async #sendCalls(batch: readonly JsonObject[]): Promise<void> {
    const { urls, writeKey } = this.#options;
    const url = new URL('/v1/batch', urls.ingestion);
    const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` };
    const answer = await this.#client.post(() => ({ url, headers, body: JSON.stringify({ batch }) }));
    if (!answer) this.#counts.abandoned += batch.length;
    else {
      const refused = answer.status === 200 ? rejectedIn(answer) : batch.length;
      this.#counts.failed += refused;
      this.#counts.sent += batch.length - refused;
    }
  }

  async #sendReaction(reaction: Exclude<Reaction, { type: 'call' }>): Promise<void> {
    const { urls, adminToken, mailSecret } = this.#options;
    const answer = await this.#client.post(() => {
      const { service, path, body, headers } = reactionRequest(reaction, this.#instant(), mailSecret);
      return {
        url: new URL(path, urls[service]),
        headers: { authorization: `Bearer ${adminToken}`, ...headers },
        body,
      };
    });
    if (!answer) this.#counts.abandoned += 1;
    else if (answer.status < 300) this.#counts.reactions += 1;
    else if (!SHRUGGED_OFF.has(answer.status)) this.#counts.failed += 1;
  }
}

/** How many calls of a batch were refused. */
function rejectedIn({ text }: Answer): number {
  return (JSON.parse(text) as { rejected?: unknown[] }).rejected?.length ?? 0;
}

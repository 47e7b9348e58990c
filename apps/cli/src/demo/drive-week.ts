import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@waymark/contracts';
import type { OutsideWorld } from './outside-world.js';
import { TICK_MS, TICKS, type Happening } from './population.js';
import { reactionRequest } from './reaction-request.js';
import { Reactions, type Reaction } from './reactions.js';

export interface DriveOptions {
  url: string;
  writeKey: string;
  adminToken: string;
  week: readonly Happening[];
  seed: number;
  /** Milliseconds since 1970: when the week begins. */
  start: number;
  outside: OutsideWorld;
  /** How many ticks are played; the whole week by default. */
  ticks?: number;
  /** Simulated seconds a real second at most. */
  scale: number;
  onTick: (tick: number, sent: number) => void;
}

const ITEMS_A_BATCH = 100;
const UNREACHABLE_PAUSE_MS = 100;
const UNREACHABLE_TRIES_MAX = 600;
/** Not found, or too late to undo: what people do is not always possible. */
const SHRUGGED_OFF = new Set([404, 409]);

/**
 * Streams a week through the public HTTP API: for each tick moves the platform's clock, lets it come to rest, then sends
 * what people do. A platform that dies is waited for, and what it had not answered is sent again.
 */
export async function driveWeek(options: DriveOptions): Promise<{ sent: number }> {
  const driver = new Driver(options);
  const byTick = new Map<number, Happening[]>();
  for (const happening of options.week) byTick.set(happening.tick, [...(byTick.get(happening.tick) ?? []), happening]);
  const { ticks = TICKS } = options;
  for (let tick = 0; tick < ticks; tick += 1) await driver.tick(tick, byTick.get(tick) ?? []);
  await driver.moveClock(ticks);
  return { sent: driver.sent };
}

class Driver {
  sent = 0;
  readonly #options: DriveOptions;
  readonly #reactions: Reactions;
  readonly #startedAt = performance.now();

  constructor(options: DriveOptions) {
    this.#options = options;
    this.#reactions = new Reactions(options.seed, options.outside);
  }

  async tick(tick: number, happenings: readonly Happening[]): Promise<void> {
    await this.#notTooFast(tick);
    await this.moveClock(tick);
    this.#reactions.observe(tick);
    for (let i = 0; i < happenings.length; i += ITEMS_A_BATCH)
      await this.#batch(happenings.slice(i, i + ITEMS_A_BATCH).map(({ call }) => call));
    for (const { call } of happenings)
      if (call['event'] === 'Beans Running Low') this.#reactions.beansRunLow(tick, call['userId'] as string);
    for (const reaction of this.#reactions.due(tick)) await this.#react(reaction, tick);
    this.#options.onTick(tick, this.sent);
  }

  moveClock(tick: number): Promise<void> {
    return this.#request('PUT', '/api/clock', { to: this.#instant(tick) });
  }

  async #batch(batch: readonly JsonObject[]): Promise<void> {
    await this.#request('POST', '/v1/batch', { batch: [...batch] }, this.#writeKey);
    this.sent += batch.length;
  }

  async #react(reaction: Reaction, tick: number): Promise<void> {
    if (reaction.type === 'call') return this.#batch([{ ...reaction.call, timestamp: this.#instant(tick) }]);
    const secret = this.#options.outside.env['CHANNEL_MAIL_SECRET']!;
    const { path, body, headers } = reactionRequest(reaction, this.#instant(tick), secret);
    await this.#request('POST', path, body, headers);
  }

  get #writeKey(): Record<string, string> {
    return { authorization: `Basic ${Buffer.from(`${this.#options.writeKey}:`).toString('base64')}` };
  }

  #instant(tick: number): string {
    return new Date(this.#options.start + tick * TICK_MS).toISOString();
  }

  async #notTooFast(tick: number): Promise<void> {
    const early = (tick * TICK_MS) / this.#options.scale - (performance.now() - this.#startedAt);
    if (early > 0) await sleep(early);
  }

  async #request(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
    const init = {
      method,
      headers: { authorization: `Bearer ${this.#options.adminToken}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(new URL(path, this.#options.url), init);
        const text = await answer.text();
        if (answer.ok || SHRUGGED_OFF.has(answer.status)) return;
        if (answer.status !== 503 && answer.status !== 429)
          throw new RangeError(`${method} ${path} answered ${answer.status}: ${text}`);
      } catch (error) {
        if (error instanceof RangeError || attempt >= UNREACHABLE_TRIES_MAX) throw error;
      }
      await sleep(UNREACHABLE_PAUSE_MS);
    }
  }
}

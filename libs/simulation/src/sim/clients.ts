import { createHash } from 'node:crypto';
import {
  HEADERS,
  SCHEMA_VERSION,
  failureKind,
  sourceIdSchema,
  WaymarkError,
  type ErrorCode,
  type NewRecord,
  type RawEvent,
} from '@waymark/contracts';
import type { WorkspaceFile } from '@waymark/ingestion-service';
import type { Chronicle } from './chronicle.js';
import type { Cluster } from './cluster.js';
import type { Ground } from './ground.js';
import type { Input, SentCall } from './plan-inputs.js';
import type { Random } from './random.js';
import { wordsOf, type SimProcess } from './sim-process.js';
import type { Trace } from './trace.js';
import type { WorldTime } from './world-time.js';

const WRITE_KEY = 'simulation';
const AUTHORIZATION = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`;
const SOURCE = sourceIdSchema.parse('simulation');
/** Milliseconds that a client waits for an answer. */
const TIMEOUT_MS = 20_000;
/** And until it asks again: at first, and at most. */
const AGAIN_MS = 1_000;
const AGAIN_MS_MAX = 60_000;

export interface ClientsOptions {
  time: WorldTime;
  trace: Trace;
  cluster: Cluster;
  ground: Ground;
  chronicle: Chronicle;
  random: Random;
}

/** What a client asks of a process until it is done. */
interface Request {
  what: string;
  ask: (process: SimProcess) => Promise<void>;
  done: () => void;
}

/** Everybody outside who sends: asks any process that takes requests, and asks again until one has answered (P4). */
export class Clients {
  readonly #options: ClientsOptions;
  /** Message ids that were acknowledged, or written to the log by a producer. */
  readonly taken = new Set<string>();
  /** Records that were written past the services and are none. */
  poison = 0;
  readonly #behind = new Map<string, (() => void)[]>();

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** Makes the write key known. */
  async introduce(): Promise<void> {
    const keyHash = createHash('sha256').update(WRITE_KEY).digest('hex');
    await this.#options.ground.sources.put({
      id: SOURCE,
      name: 'Simulation',
      keyHash,
      createdAt: '2026-05-04T00:00:00Z',
    });
  }

  /** Does what an input says, now. */
  send(input: Input): void {
    if (input.how === 'poison') return this.#poison(input);
    if (input.how === 'undo') return this.#undo(input);
    if (input.how === 'produced') return this.#produce(input.calls);
    const { call, behind } = input;
    if (behind === undefined || this.taken.has(behind)) return this.call(call);
    this.#behind.set(behind, [...(this.#behind.get(behind) ?? []), () => this.call(call)]);
  }

  call(call: SentCall): void {
    const bytes = Buffer.from(JSON.stringify(call));
    const ask = async ({ ingestion }: SimProcess): Promise<void> =>
      void (await ingestion.acceptor.call(call.type, bytes, { authorization: AUTHORIZATION }));
    const done = (): void => this.#take(call.messageId);
    this.#until({ what: `${call.type} ${call.messageId}`, ask, done });
  }

  /** Takes all merges back that can be; where there is none by now, or it has been done, there is nothing to do. */
  #undo({ userId }: Extract<Input, { how: 'undo' }>): void {
    const ask = async ({ ingestion: { customers } }: SimProcess): Promise<void> => {
      const merges = await customers.merges(userId).catch(unlessRefused);
      for (const { id } of merges ?? []) await customers.undoMerge(userId, id).catch(unlessRefused);
    };
    this.#until({ what: `undo ${userId}`, ask, done: () => undefined });
  }

  /** Applies a workspace. */
  apply(files: readonly WorkspaceFile[]): void {
    const ask = async ({ ingestion }: SimProcess): Promise<void> =>
      void (await ingestion.workspace.apply(files, { dryRun: false }));
    this.#until({ what: 'apply', ask, done: () => undefined });
  }

  #take(messageId: string): void {
    this.taken.add(messageId);
    for (const next of this.#behind.get(messageId) ?? []) next();
    this.#behind.delete(messageId);
  }

  #poison({ key, value }: Extract<Input, { how: 'poison' }>): void {
    this.poison += 1;
    this.#append([{ topic: 'events.raw', key, value }]);
  }

  #produce(calls: readonly SentCall[]): void {
    this.#append(
      calls.map((call) => ({ topic: 'events.raw', key: keyOf(call), value: JSON.stringify(this.#raw(call)) })),
    );
    for (const { messageId } of calls) this.#take(messageId);
  }

  #raw(call: SentCall): RawEvent {
    const receivedAt = new Date(this.#options.time.now).toISOString();
    const { type, messageId, userId, anonymousId, event, properties = {}, traits = {}, timestamp = receivedAt } = call;
    return {
      schemaVersion: SCHEMA_VERSION,
      type,
      messageId,
      source: SOURCE,
      ...{ userId, anonymousId, event, properties, traits, context: {}, timestamp, receivedAt },
    } as RawEvent;
  }

  #append(records: NewRecord[]): void {
    void this.#options.ground.log.append(records);
    this.#options.trace.say(
      `a producer writes ${records.map(({ headers, value }) => headers?.[HEADERS.source] ?? value.length).join(' ')}`,
    );
  }

  /** Asks, and asks again: somebody else each time it may be. */
  #until(request: Request, asked = 0): void {
    const { time, cluster, random, trace } = this.#options;
    const again = (): void => {
      time.after(Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** asked), () => this.#until(request, asked + 1));
    };
    const able = cluster.alive('ingestion').filter((process) => !process.isRetiring);
    if (able.length === 0) return again();
    const process = random.pick(able);
    let isOpen = true;
    /** Only the first that happens counts. */
    const close = (how: string, then: () => void): void => {
      if (!isOpen) return;
      isOpen = false;
      cancel();
      trace.say(`${request.what} at ${process.name}: ${how}`);
      then();
    };
    const cancel = time.after(TIMEOUT_MS, () => close('no answer', again));
    request.ask(process).then(
      () => close('taken', request.done),
      (error: unknown) => close(failureKind(error), () => this.#refused(request, error, again)),
    );
  }

  #refused({ what }: Request, error: unknown, again: () => void): void {
    const kind = failureKind(error);
    if (kind === 'transient' || kind === 'conflict') return again();
    this.#options.chronicle.violated(`${what} was refused: ${wordsOf(error)}`);
  }
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof WaymarkError) || !REFUSALS.includes(error.code)) throw error;
}

const REFUSALS: readonly ErrorCode[] = ['NOT_FOUND', 'UNDO_DONE'];

function keyOf({ userId, anonymousId }: SentCall): string {
  return (userId ?? anonymousId) as string;
}

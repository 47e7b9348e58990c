/**
 * Where every call that a process makes to the world outside it (stores, log, hot context, job queue, providers) waits for
 * its turn: one call at a time passes, and who is next is drawn, so that processes interleave in every way, and the same
 * seed interleaves them in the same way.
 *
 *   (made) --> waiting --drawn--> passed --> answered
 *                |  ^                  '--> failed, its effect done or not
 *                |  '-- slow
 *                '-- its caller dies --> dropped, or it passes later and nobody hears the answer
 *
 * - A call passes as a whole: nothing else happens meanwhile.
 * - The dead make no calls, and those who stand still wait.
 */
import { WaymarkError, type EpochMs, type ErrorCode } from '@waymark/contracts';
import type { Random } from './random.js';
import type { Trace } from './trace.js';
import type { WorldTime } from './world-time.js';

/** What a call does outside, as far as faults differ. */
export type CallKind = 'read' | 'write' | 'append' | 'cache' | 'send';

/** A process as its calls know it. */
export interface Caller {
  readonly name: string;
  readonly isAlive: boolean;
  /** When it goes on, if it stands still. */
  readonly standsUntil: EpochMs;
}

export interface Call {
  readonly caller: Caller;
  readonly kind: CallKind;
  readonly what: string;
  /** The whole effect. */
  run(): Promise<unknown>;
  /** A part of the effect, for calls that can break off in the middle. */
  torn?: (() => Promise<unknown>) | undefined;
  /** Told when the effect is done and the caller does not hear of it. */
  unheard?: (() => void) | undefined;
  /** How it fails. */
  readonly code: ErrorCode;
}

/** What becomes of a call at its turn. */
export type Fate = 'passes' | 'is doubled' | 'fails' | 'is unheard' | 'is torn' | 'is slow' | 'waits' | Death;
/** The caller dies before the call, right after it, or in the middle of it. */
export type Death = 'dies before' | 'dies after' | 'dies in the middle';

export interface Fates {
  fateOf(call: Call): Fate;
  /** Milliseconds for which a slow call waits. */
  slowMs(): number;
  /** Whether a call of a dead process is on its way already and will pass. */
  outlives(call: Call): boolean;
  dies(caller: Caller): void;
}

/** Every call passes at once, in the order they were made. */
export const CALM: Fates = {
  fateOf: () => 'passes',
  slowMs: () => 0,
  outlives: () => false,
  dies: () => undefined,
};

interface Waiting {
  call: Call;
  notBefore: EpochMs;
  /** Its caller is dead. */
  isOrphan: boolean;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class Turnstile {
  readonly #time: WorldTime;
  readonly #trace: Trace;
  /** Draws who is next; undefined where the first comes first. */
  readonly #random: Random | undefined;
  fates: Fates = CALM;
  #waiting: Waiting[] = [];

  constructor({ time, trace, random }: { time: WorldTime; trace: Trace; random?: Random | undefined }) {
    this.#time = time;
    this.#trace = trace;
    this.#random = random;
  }

  /** Resolves, or rejects, when the call has had its turn; never for a caller who is dead by then. */
  pass<T>(call: Call & { run(): Promise<T> }): Promise<T> {
    if (!call.caller.isAlive) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        call,
        notBefore: 0,
        isOrphan: false,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
    });
  }

  /** Lets one call pass; resolves with whether there was one. */
  async turn(): Promise<boolean> {
    const next = this.#draw();
    if (!next) return false;
    const fate = next.isOrphan ? 'passes' : this.fates.fateOf(next.call);
    if (fate === 'waits') this.#waiting.push(next);
    else if (fate === 'is slow') this.#delay(next);
    else await this.#pass(next, fate);
    return true;
  }

  /** A process has died: most of its calls with it. */
  bury(caller: Caller): void {
    const its = this.#waiting.filter((waiting) => waiting.call.caller === caller);
    this.#waiting = this.#waiting.filter((waiting) => waiting.call.caller !== caller);
    for (const waiting of its) {
      if (waiting.isOrphan || (waiting.call.kind !== 'read' && this.fates.outlives(waiting.call))) {
        waiting.isOrphan = true;
        this.#delay(waiting);
      }
    }
  }

  /** Nothing is slow any more. */
  hurry(): void {
    for (const waiting of this.#waiting) waiting.notBefore = 0;
  }

  #draw(): Waiting | undefined {
    const { now } = this.#time;
    const ready: number[] = [];
    for (const [i, { call, notBefore, isOrphan }] of this.#waiting.entries())
      if (notBefore <= now && (isOrphan || call.caller.standsUntil <= now)) ready.push(i);
    if (ready.length === 0) return undefined;
    return this.#waiting.splice(this.#random ? this.#random.pick(ready) : ready[0]!, 1)[0];
  }

  #delay(waiting: Waiting): void {
    waiting.notBefore = this.#time.now + this.fates.slowMs();
    this.#waiting.push(waiting);
    this.#time.at(waiting.notBefore, () => undefined);
    this.#say(waiting, 'is slow');
  }

  async #pass(waiting: Waiting, fate: Exclude<Fate, 'waits' | 'is slow'>): Promise<void> {
    if (fate === 'fails' || fate === 'dies before') return this.#fail(waiting, fate);
    const isHeard = fate === 'passes' || fate === 'is doubled';
    try {
      const answer = await effectOf(waiting.call, fate);
      if (isHeard) {
        this.#say(waiting, waiting.isOrphan ? 'passes late' : fate);
        return waiting.resolve(answer);
      }
    } catch (error) {
      this.#say(waiting, error instanceof WaymarkError ? error.code : String(error));
      if (isHeard) return waiting.reject(error);
    }
    waiting.call.unheard?.();
    this.#fail(waiting, fate);
  }

  /** The caller does not hear how the call went: it fails for her, or she is dead. */
  #fail(waiting: Waiting, fate: Fate): void {
    const { caller, what, code } = waiting.call;
    this.#say(waiting, fate);
    if (fate.startsWith('dies')) return this.fates.dies(caller);
    waiting.reject(new WaymarkError(code, `${what} ${fate}`));
  }

  #say({ call, isOrphan }: Waiting, how: string): void {
    const who = isOrphan ? `(${call.caller.name})` : call.caller.name;
    this.#trace.say(`${who} ${call.what}: ${how}`);
  }
}

async function effectOf(call: Call, fate: Fate): Promise<unknown> {
  if ((fate === 'is torn' || fate === 'dies in the middle') && call.torn) return call.torn();
  if (fate === 'is doubled') await call.run();
  return call.run();
}

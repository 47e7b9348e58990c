import { appendFileSync } from 'node:fs';
import type { Call } from '../traffic/make-traffic.js';

export interface Sent {
  call: Call;
  /** Milliseconds since the epoch. */
  firstSentAt: number;
  /** When it was said for the first time that it is taken. */
  acceptedAt?: number;
  /** How often it was sent, tries that failed among them. */
  times: number;
}

/** One message that reached a provider. */
export interface Received {
  effect: string;
  channel: 'provider' | 'mail';
  /** The idempotency key. */
  key: string;
  at: number;
}

/** A fault from its beginning to when all was well again. */
export interface Injected {
  kind: string;
  target: string;
  startedAt: number;
  healedAt: number;
}

/** What was sent in and what came out, written down outside the system; a file keeps every line as it comes. */
export class Ledger {
  readonly sent = new Map<string, Sent>();
  readonly received: Received[] = [];
  readonly faults: Injected[] = [];
  readonly #file: string;
  readonly #effects = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Calls that were taken. */
  accepted = 0;

  sending(calls: readonly Call[], at: number): void {
    for (const call of calls) {
      const known = this.sent.get(call.messageId);
      if (known) known.times += 1;
      else {
        this.sent.set(call.messageId, { call, firstSentAt: at, times: 1 });
        this.#write({ sent: call, at });
      }
    }
  }

  taken(calls: readonly Call[], at: number): void {
    for (const { messageId } of calls) {
      const known = this.sent.get(messageId)!;
      if (known.acceptedAt !== undefined) continue;
      known.acceptedAt = at;
      this.accepted += 1;
      this.#write({ accepted: messageId, at });
    }
  }

  receive(received: Received): void {
    this.received.push(received);
    this.#effects.add(received.effect);
    this.#write({ received });
  }

  injected(fault: Injected): void {
    this.faults.push(fault);
    this.#write({ fault });
  }

  has(effect: string): boolean {
    return this.#effects.has(effect);
  }

  #write(line: object): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

import { resultOfStatus, type Message, type SendResult } from '@waymark/action-dispatch-service';
import type { ActionId, DeliverAction, EpochMs } from '@waymark/contracts';
import type { WorldTime } from './world-time.js';

/** What a provider does with a message: takes it or refuses it, and says so or is not heard. */
export type Handling = 'takes' | 'refuses' | 'takes unheard' | 'loses';

export interface Handled {
  action: DeliverAction;
  at: EpochMs;
  /** Whether the customer got a message by this. */
  reached: boolean;
}

/** All providers outside. Where a channel says that keys are honoured, a second message with the key of the first is the first. */
export class Provider {
  readonly handled: Handled[] = [];
  readonly #time: WorldTime;
  readonly #taken = new Set<ActionId>();

  constructor(time: WorldTime) {
    this.#time = time;
  }

  handle({ action, channel }: Message, handling: Handling): SendResult {
    const takes = handling === 'takes' || handling === 'takes unheard';
    const isKnown = (channel.idempotency ?? channel.type !== 'smtp') && this.#taken.has(action.actionId);
    const reached = takes && !isKnown;
    if (takes) this.#taken.add(action.actionId);
    this.handled.push({ action, at: this.#time.now, reached });
    if (handling === 'takes') return { ok: true };
    if (handling === 'refuses') return resultOfStatus(503, 'HTTP 503', undefined);
    return { ok: false, permanent: false, reason: 'no answer within 10 s', uncertain: true };
  }
}

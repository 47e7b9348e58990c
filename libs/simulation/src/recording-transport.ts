import { resultOfStatus, type ChannelTransport, type Message, type SendResult } from '@waymark/action-dispatch-service';
import type { DeliverAction } from '@waymark/contracts';
import type { Clock } from '@waymark/ports';

export interface Attempt {
  action: DeliverAction;
  /** ISO 8601. */
  at: string;
  status: number;
}

interface Answer {
  status: number;
  /** Seconds. */
  retryAfter?: number | undefined;
  body?: string | undefined;
}
type Reply = 'ok' | Answer;

const OK: Answer = { status: 200 };

/** Stands for every provider outside: remembers each try, answers as it is told, and honours idempotency keys. */
export class RecordingTransport implements ChannelTransport {
  readonly attempts: Attempt[] = [];
  readonly #clock: Clock;
  readonly #replies = new Map<string, Reply>();
  readonly #taken = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on the channel's provider answers so. */
  reply(channel: string, reply: Reply): void {
    this.#replies.set(channel, reply);
  }

  async send({ action, channel }: Message): Promise<SendResult> {
    const reply = this.#replies.get(channel.id) ?? 'ok';
    if (this.#taken.has(action.actionId)) return { ok: true };
    const { status, retryAfter, body = '' } = reply === 'ok' ? OK : reply;
    this.attempts.push({ action, at: new Date(this.#clock.now()).toISOString(), status });
    const retryAfterMs = retryAfter === undefined ? undefined : retryAfter * 1000;
    const result = resultOfStatus(status, `HTTP ${status} ${body}`.trim(), retryAfterMs);
    if (result.ok) this.#taken.add(action.actionId);
    return result;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

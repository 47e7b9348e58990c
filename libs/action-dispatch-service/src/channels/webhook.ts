import { isIP } from 'node:net';
import { WaymarkError } from '@waymark/contracts';
import type { Clock } from '@waymark/ports';
import { Agent, request } from 'undici';
import { resultOfStatus, type ChannelTransport, type Message, type SendResult } from '../hand-over/transport.js';
import { durationMs } from './duration-ms.js';
import { EgressRefused, type EgressGuard } from './egress-guard.js';
import { withSecrets, type Secrets } from './secrets.js';
import { sign } from './signature.js';

/** Of a provider's answer only the beginning is kept, as a reason. */
const REASON_CHARS_MAX = 200;

/** `POST`s the rendered JSON, signed, with the action's id as idempotency key. Redirects are not followed. */
export class WebhookTransport implements ChannelTransport {
  readonly #options: { secrets: Secrets; guard: EgressGuard; clock: Clock };
  readonly #agent: Agent;

  constructor(options: { secrets: Secrets; guard: EgressGuard; clock: Clock }) {
    this.#options = options;
    this.#agent = new Agent({ connect: { lookup: options.guard.lookup }, maxResponseSize: 64 * 1024 });
  }

  async send({ action, channel }: Message): Promise<SendResult> {
    const { secrets, clock } = this.#options;
    const timeout = durationMs(channel.timeout);
    try {
      const url = new URL(withSecrets(channel.url ?? '', secrets));
      this.#assertReachable(url);
      const body = JSON.stringify(action.content.json ?? action.content.body ?? null);
      const secret = channel.secret === undefined ? undefined : withSecrets(channel.secret, secrets);
      const answer = await request(url, {
        method: 'POST',
        body,
        dispatcher: this.#agent,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': action.actionId,
          'waymark-action-id': action.actionId,
          ...(secret !== undefined && { 'waymark-signature': sign(body, secret, clock.now()) }),
        },
      });
      const text = await answer.body.text();
      return resultOfStatus(answer.statusCode, `HTTP ${answer.statusCode} ${text.slice(0, REASON_CHARS_MAX)}`.trim(), retryAfterMs(answer.headers['retry-after'], clock.now()));
    } catch (error) {
      return failure(error as Error & { code?: string });
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  /** An address written as a number is not looked up, so it is checked here. */
  #assertReachable({ hostname }: URL): void {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !this.#options.guard.isAllowed(host)) throw new EgressRefused(host);
  }
}

/** `Retry-After` in seconds or as a date, in milliseconds from now. */
function retryAfterMs(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function failure(error: Error & { code?: string }): SendResult {
  const permanent = error instanceof WaymarkError || error instanceof EgressRefused || error.code === 'ERR_INVALID_URL';
  return { ok: false, permanent, reason: permanent ? error.message : `network: ${error.code ?? error.name}` };
}

import { isIP } from 'node:net';
import { WaymarkError } from '@waymark/contracts';
import type { Clock } from '@waymark/ports';
import { Agent, request, type Dispatcher } from 'undici';
import { resultOfStatus, type ChannelTransport, type Message, type SendResult } from '../hand-over/transport.js';
import { durationMs } from './duration-ms.js';
import { EgressRefused, type EgressGuard } from './egress-guard.js';
import { withSecrets, type Secrets } from './secrets.js';
import { sign } from './signature.js';

/** Failures before a request can have been sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** Of a provider's answer only the beginning is read, to be kept as a reason. */
const REASON_BYTES_MAX = 200;
/** Read of an answer nobody looks at, so that its connection can be used again; a longer one costs its connection. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** `POST`s the rendered JSON, signed, with the action's id as idempotency key. Redirects are not followed: a 3xx fails for good. */
export class WebhookTransport implements ChannelTransport {
  readonly #options: { secrets: Secrets; guard: EgressGuard; clock: Clock };
  readonly #agent: Agent;

  constructor(options: { secrets: Secrets; guard: EgressGuard; clock: Clock }) {
    this.#options = options;
    this.#agent = new Agent({ connect: { lookup: options.guard.lookup } });
  }

  async send({ action, channel }: Message): Promise<SendResult> {
    const { secrets, clock } = this.#options;
    try {
      const url = this.#reachable(withSecrets(channel.url ?? '', secrets));
      const body = JSON.stringify(action.content.json ?? action.content.body ?? null);
      const secret = channel.secret === undefined ? undefined : withSecrets(channel.secret, secrets);
      const answer = await request(url, {
        method: 'POST',
        body,
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(durationMs(channel.timeout)),
        headers: {
          'content-type': 'application/json',
          'idempotency-key': action.actionId,
          'waymark-action-id': action.actionId,
          ...(secret !== undefined && { 'waymark-signature': sign(body, secret, clock.now()) }),
        },
      });
      return await resultOf(answer, clock.now());
    } catch (error) {
      return failure(error as Error & { code?: string });
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  /** An address written as a number is not looked up, so it is checked here. */
  #reachable(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
      throw new WaymarkError('INVALID_CONFIGURATION', "the channel's url must be https://host/path (or http://)");
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !this.#options.guard.isAllowed(host)) throw new EgressRefused(host);
    return url;
  }
}

/** The status is the answer: what happens while the rest is read changes nothing. */
async function resultOf({ statusCode, headers, body }: Dispatcher.ResponseData, now: number): Promise<SendResult> {
  if (statusCode >= 200 && statusCode < 300) {
    await Promise.allSettled([body.dump({ limit: ANSWER_BYTES_MAX })]);
    return { ok: true };
  }
  const [words] = await Promise.allSettled([beginningOf(body)]);
  const reason = words.status === 'fulfilled' ? `HTTP ${statusCode} ${words.value}` : `HTTP ${statusCode}`;
  return resultOfStatus(statusCode, reason.trim(), retryAfterMs(headers['retry-after'], now));
}

/** The first bytes of an answer; the rest is not read. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= REASON_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, REASON_BYTES_MAX).toString('utf8');
}

/** `Retry-After` in seconds or as a date, in milliseconds from now. */
function retryAfterMs(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function failure(error: Error & { code?: string }): SendResult {
  const permanent = error instanceof WaymarkError || error instanceof EgressRefused;
  if (permanent) return { ok: false, permanent, reason: error.message };
  const reason = `network: ${error.code ?? error.name}`;
  return { ok: false, permanent, reason, uncertain: !NOT_CONNECTED.has(error.code ?? '') };
}

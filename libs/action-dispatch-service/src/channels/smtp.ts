import { WaymarkError } from '@waymark/contracts';
import { createTransport, type Transporter } from 'nodemailer';
import type { ChannelTransport, Message, SendResult } from '../hand-over/transport.js';
import { durationMs } from './duration-ms.js';
import type { Secrets } from './secrets.js';
import { withSecrets } from './secrets.js';

const CONNECTIONS_MAX = 5;

/** Mail over SMTP, one pool of connections for each address. */
export class SmtpTransport implements ChannelTransport {
  readonly #secrets: Secrets;
  readonly #pools = new Map<string, Transporter>();

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  async send({ action, channel, context }: Message): Promise<SendResult> {
    const { subject, html, text, body } = action.content;
    const to = context.traits['email'];
    if (typeof to !== 'string') return { ok: false, permanent: true, reason: 'no e-mail address is known' };
    try {
      const pool = this.#pool(withSecrets(channel.url ?? '', this.#secrets), durationMs(channel.timeout));
      await pool.sendMail({
        from: channel.from ?? 'Waymark <no-reply@localhost>',
        to,
        subject,
        html,
        text: text ?? body,
        messageId: `<${action.actionId}@waymark>`,
        headers: { 'X-Waymark-Action-Id': action.actionId },
      });
      return { ok: true };
    } catch (error) {
      return failure(error as Error & { responseCode?: number; code?: string });
    }
  }

  async close(): Promise<void> {
    for (const pool of this.#pools.values()) pool.close();
    this.#pools.clear();
  }

  #pool(url: string, timeoutMs: number): Transporter {
    let pool = this.#pools.get(url);
    if (!pool) {
      const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
      const { protocol, hostname, port, username, password } = new URL(url);
      const auth = username === '' ? undefined : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
      const secure = protocol === 'smtps:';
      pool = createTransport({ host: hostname, port: Number(port) || (secure ? 465 : 587), secure, auth, pool: true, maxConnections: CONNECTIONS_MAX, ...timeouts });
      this.#pools.set(url, pool);
    }
    return pool;
  }
}

/** SMTP's own classes: 5xx is for good, 4xx and everything of the network is worth another try. */
function failure(error: Error & { responseCode?: number; code?: string }): SendResult {
  if (error instanceof WaymarkError || error.code === 'ERR_INVALID_URL' || error.code === 'EENVELOPE') {
    return { ok: false, permanent: true, reason: error.message };
  }
  const { responseCode } = error;
  const permanent = responseCode !== undefined && responseCode >= 500;
  return { ok: false, permanent, reason: `SMTP: ${responseCode ?? error.code ?? error.name}`, status: responseCode };
}

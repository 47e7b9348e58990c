import { WaymarkError } from '@waymark/contracts';
import { createTransport, type Transporter } from 'nodemailer';
import type { ChannelTransport, Message, SendResult } from '../hand-over/transport.js';
import { durationMs } from './duration-ms.js';
import { emailAddressOf } from './email-address.js';
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
    const address = emailAddressOf(context);
    if (address === undefined)
      return { ok: false, permanent: true, reason: 'no e-mail address is known that a mail can be sent to' };
    try {
      const pool = this.#pool(withSecrets(channel.url ?? '', this.#secrets), durationMs(channel.timeout));
      await pool.sendMail({
        from: channel.from ?? 'Waymark <no-reply@localhost>',
        to: { name: '', address },
        subject,
        html,
        text: text ?? body,
        messageId: `<${action.actionId}@waymark>`,
        headers: { 'X-Waymark-Action-ID': action.actionId },
      });
      return { ok: true };
    } catch (error) {
      return failure(error as SmtpError);
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
      const { hostname: host, port, username, password, protocol } = addressOf(url);
      const auth =
        username === '' ? undefined : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
      const secure = protocol === 'smtps:';
      pool = createTransport({
        host,
        port: Number(port) || (secure ? 465 : 587),
        secure,
        auth,
        pool: true,
        maxConnections: CONNECTIONS_MAX,
        ...timeouts,
      });
      this.#pools.set(url, pool);
    }
    return pool;
  }
}

type SmtpError = Error & { responseCode?: number; code?: string; syscall?: string };

/** Says nothing of the address itself: it may hold a password. */
function addressOf(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'smtp:' || parsed?.protocol === 'smtps:') return parsed;
  throw new WaymarkError(
    'INVALID_CONFIGURATION',
    "the channel's url must be smtp://user:password@host:port, or smtps:// with TLS from the start",
  );
}

/** Failures of the connection before a mail can have been given away: no name, nobody there, no greeting. */
function isBeforeTheMail({ code, syscall, message }: SmtpError): boolean {
  return code === 'EDNS' || syscall === 'connect' || /^(Connection timeout|Greeting never received)/.test(message);
}

/** SMTP's own classes: 5xx is for good, 4xx and everything of the network is worth another try. The server's words may name the address, so they are left out. */
function failure(error: SmtpError): SendResult {
  if (error instanceof WaymarkError) return { ok: false, permanent: true, reason: error.message };
  const { responseCode: status, code = error.name } = error;
  if (status === undefined) {
    const permanent = code === 'EENVELOPE' || code === 'EMESSAGE';
    return { ok: false, permanent, reason: `SMTP: ${code}`, uncertain: !permanent && !isBeforeTheMail(error) };
  }
  return { ok: false, permanent: status >= 500, reason: `SMTP: ${status}`, status };
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail that reached the outside. */
export interface Mail {
  actionId: string;
  to: string;
  /** The first characters of what came over the wire. */
  text: string;
}

/** A call that reached a partner's system. */
export interface PartnerCall {
  actionId: string;
  path: string;
  body: Record<string, unknown>;
}

/** Where the outside listens; free ports of this machine alone by default. */
export interface OutsideAddress {
  host?: string;
  smtpPort?: number;
  httpPort?: number;
}

const TEXT_MAX = 20_000;
/** Connections that are still open when the mail server ends are cut after this. */
const SMTP_CLOSE_MS = 1_000;

/**
 * Stands for everything outside in a demo: a mail server that keeps what it is given, and the systems of the carrier and the
 * shop. Like real providers, they take one message id, or one idempotency key, once; of each kind they remember the last
 * `keptMax` (all of them by default).
 */
export class OutsideWorld {
  readonly mails = new Map<string, Mail>();
  readonly calls = new Map<string, PartnerCall>();
  /** Messages that came, each counted once. */
  taken = 0;
  /** Deliveries that came again with a key already taken. */
  repeated = 0;
  readonly #keptMax: number;
  #smtp: SMTPServer | undefined;
  #http: Server | undefined;
  #env: Record<string, string> = {};

  constructor({ keptMax = Infinity }: { keptMax?: number } = {}) {
    this.#keptMax = keptMax;
  }

  /** What the shop's channels refer to. */
  get env(): Readonly<Record<string, string>> {
    return this.#env;
  }

  async open({ host = '127.0.0.1', smtpPort: smtp = 0, httpPort: http = 0 }: OutsideAddress = {}): Promise<void> {
    const smtpPort = await this.#openSmtp(smtp, host);
    const httpPort = await this.#openHttp(http, host);
    this.#env = {
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      CHANNEL_PARTNER_URL: `http://127.0.0.1:${httpPort}/partner`,
      CHANNEL_ORDERS_URL: `http://127.0.0.1:${httpPort}/orders`,
      CHANNEL_PARTNER_SECRET: 'demo-partner-secret',
      CHANNEL_ORDERS_SECRET: 'demo-orders-secret',
      CHANNEL_MAIL_SECRET: 'demo-mail-secret',
    };
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => (this.#smtp ? this.#smtp.close(() => done()) : done()));
    this.#http?.closeAllConnections();
    await new Promise<void>((done) => (this.#http ? this.#http.close(() => done()) : done()));
  }

  #openSmtp(port: number, host: string): Promise<number> {
    const smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: SMTP_CLOSE_MS,
      onData: (stream, session, done) => {
        void textOf(stream).then((text) => {
          this.#keepMail(text, session.envelope.rcptTo[0]?.address ?? '');
          done();
        }, done);
      },
    });
    this.#smtp = smtp;
    return new Promise((resolve, reject) => {
      // Later ones are of clients that went away in the middle: nothing was taken, they come again.
      smtp.on('error', reject);
      smtp.listen(port, host, () => resolve((smtp.server.address() as AddressInfo).port));
    });
  }

  #openHttp(port: number, host: string): Promise<number> {
    const http = createServer((request, answer) => {
      const refuse = (): void => void answer.writeHead(400).end();
      void textOf(request)
        .then((text) => {
          this.#keepCall(request, text);
          answer.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
        })
        .catch(refuse);
    });
    this.#http = http;
    return new Promise((resolve, reject) => {
      http.on('error', reject);
      http.listen(port, host, () => resolve((http.address() as AddressInfo).port));
    });
  }

  #keepMail(text: string, to: string): void {
    const actionId = /^X-Waymark-Action-Id: (\S+)/im.exec(text)?.[1] ?? '';
    this.#take(this.mails, { actionId, to, text: text.slice(0, TEXT_MAX) });
  }

  #keepCall({ headers, url = '' }: IncomingMessage, text: string): void {
    const actionId = String(headers['idempotency-key']);
    this.#take(this.calls, { actionId, path: url, body: JSON.parse(text) as Record<string, unknown> });
  }

  #take<T extends { actionId: string }>(kept: Map<string, T>, message: T): void {
    if (kept.has(message.actionId)) {
      this.repeated += 1;
      return;
    }
    this.taken += 1;
    kept.set(message.actionId, message);
    for (const oldest of kept.keys()) {
      if (kept.size <= this.#keptMax) return;
      kept.delete(oldest);
    }
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

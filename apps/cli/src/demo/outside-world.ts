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

const TEXT_MAX = 20_000;

/**
 * Stands for everything outside in a demo: a mail server that keeps what it is given, and the systems of the carrier and the
 * shop. Like real providers, they take one message id, or one idempotency key, once.
 */
export class OutsideWorld {
  readonly mails = new Map<string, Mail>();
  readonly calls = new Map<string, PartnerCall>();
  /** Deliveries that came again with a key already taken. */
  repeated = 0;
  #smtp: SMTPServer | undefined;
  #http: Server | undefined;
  #env: Record<string, string> = {};

  /** What the shop's channels refer to. */
  get env(): Readonly<Record<string, string>> {
    return this.#env;
  }

  async open(): Promise<void> {
    const smtpPort = await this.#openSmtp();
    const httpPort = await this.#openHttp();
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

  #openSmtp(): Promise<number> {
    const smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, session, done) => {
        void textOf(stream).then((text) => {
          this.#keepMail(text, session.envelope.rcptTo[0]?.address ?? '');
          done();
        }, done);
      },
    });
    this.#smtp = smtp;
    return new Promise((resolve) =>
      smtp.listen(0, '127.0.0.1', () => resolve((smtp.server.address() as AddressInfo).port)),
    );
  }

  #openHttp(): Promise<number> {
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
    return new Promise((resolve) => http.listen(0, '127.0.0.1', () => resolve((http.address() as AddressInfo).port)));
  }

  #keepMail(text: string, to: string): void {
    const actionId = /^X-Waymark-Action-Id: (\S+)/im.exec(text)?.[1] ?? '';
    if (this.mails.has(actionId)) this.repeated += 1;
    else this.mails.set(actionId, { actionId, to, text: text.slice(0, TEXT_MAX) });
  }

  #keepCall({ headers, url = '' }: IncomingMessage, text: string): void {
    const actionId = String(headers['idempotency-key']);
    if (this.calls.has(actionId)) this.repeated += 1;
    else this.calls.set(actionId, { actionId, path: url, body: JSON.parse(text) as Record<string, unknown> });
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Ledger } from './ledger.js';

/** Shares of the keys whose first call is refused, or taken without an answer. */
const REFUSED = 0.02;
const UNANSWERED = 0.02;

/**
 * The two who take messages, and write each one down: a system that honours idempotency keys, and a mail server, which does
 * not. Now and then the first refuses a call, or takes it and hangs up; both must come again.
 */
export class Provider {
  readonly #ledger: Ledger;
  readonly #seed: number;
  readonly #isCalm: boolean;
  readonly #known = new Set<string>();
  readonly #http: Server;
  readonly #smtp: SMTPServer;

  /** A calm one neither refuses nor hangs up. */
  constructor(ledger: Ledger, { seed, calm = false }: { seed: number; calm?: boolean | undefined }) {
    this.#ledger = ledger;
    this.#seed = seed;
    this.#isCalm = calm;
    this.#http = createServer((request, answer) => void this.#call(request, answer));
    this.#smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onData: (stream, _session, done) => {
        void textOf(stream).then((text) => {
          this.#mail(text);
          done();
        }, done);
      },
    });
    // Clients that are killed in the middle.
    this.#smtp.on('error', () => undefined);
  }

  /** Listens; resolves with what the channels refer to. */
  async open(): Promise<Record<string, string>> {
    await new Promise<void>((ready) => void this.#http.listen(0, '127.0.0.1', ready));
    await new Promise<void>((ready) => void this.#smtp.listen(0, '127.0.0.1', ready));
    const { port } = this.#http.address() as AddressInfo;
    const { port: smtpPort } = this.#smtp.server.address() as AddressInfo;
    return { CHANNEL_PROVIDER_URL: `http://127.0.0.1:${port}/`, SMTP_URL: `smtp://127.0.0.1:${smtpPort}` };
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise<void>((done) => void this.#http.close(() => done()));
    await new Promise<void>((done) => this.#smtp.close(() => done()));
  }

  async #call(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key']);
    const text = await textOf(request).catch(() => undefined);
    // Its sender was killed before it had sent all of it.
    if (text === undefined) return;
    const { effect } = JSON.parse(text) as { effect: string };
    const isFirst = !this.#known.has(key);
    this.#known.add(key);
    const mood = isFirst && !this.#isCalm ? unitOf(`${this.#seed} ${key}`) : 1;
    if (mood < REFUSED) return void answer.writeHead(503).end();
    this.#ledger.receive({ effect, channel: 'provider', key, at: Date.now() });
    if (mood < REFUSED + UNANSWERED) return void request.destroy();
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }

  #mail(text: string): void {
    const key = /^X-Waymark-Action-Id: (\S+)/im.exec(text)?.[1] ?? '';
    const effect = /^Subject: (\S+)/im.exec(text)?.[1] ?? '';
    this.#ledger.receive({ effect, channel: 'mail', key, at: Date.now() });
  }
}

/** In [0, 1), the same for the same text. */
function unitOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

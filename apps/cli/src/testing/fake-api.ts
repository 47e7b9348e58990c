import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a system answers: JSON with status 200, or exactly this. */
export type Answer = { json: unknown } | { status: number; type?: string; text: string };

export interface Seen {
  line: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Stands for a running system: a server on a free port that answers as it is told and remembers what it was asked. */
export class FakeApi {
  readonly seen: Seen[] = [];
  readonly #answers: Record<string, Answer[]>;
  readonly #server: Server;

  private constructor(answers: Record<string, Answer[]>) {
    this.#answers = answers;
    this.#server = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url = '', headers } = request;
        const line = `${method} ${url}`;
        this.seen.push({ line, headers, body: Buffer.concat(chunks).toString('utf8') });
        const answer = this.#next(line);
        if ('json' in answer)
          reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
        else reply.writeHead(answer.status, { 'content-type': answer.type ?? 'text/plain' }).end(answer.text);
      });
    });
  }

  /** Answers by request line, one after the other, the last one for ever; 404 for what is not there. */
  static async start(answers: Readonly<Record<string, Answer | Answer[]>>): Promise<FakeApi> {
    const lists = Object.entries(answers).map(([line, answer]) => [line, [answer].flat()] as const);
    const api = new FakeApi(Object.fromEntries(lists));
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #next(line: string): Answer {
    const answers = this.#answers[line] ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ?? { status: 404, text: 'nothing here' };
  }
}

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to the real Redis that a test may cut, hold up and restore. What it does depends on calls alone, never on time. */
export class RedisProxy {
  readonly #server: Server;
  readonly #target: URL;
  readonly #pairs = new Set<{ client: Socket; upstream: Socket }>();
  #mode: 'open' | 'cut' | 'stalled' = 'open';
  #answerBytesLeft = Infinity;
  #connections = 0;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((client) => this.#take(client));
  }

  static async start(target: string): Promise<RedisProxy> {
    const proxy = new RedisProxy(target);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** How many connections were made so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Ends every connection, and each new one at once. */
  cut(): void {
    this.#mode = 'cut';
    for (const { client } of this.#pairs) client.resetAndDestroy();
  }

  /** Passes so many more bytes of answers on, then cuts: in the middle of an answer. */
  cutAfter(answerBytes: number): void {
    this.#answerBytesLeft = answerBytes;
  }

  /** Takes everything, and holds every answer back. */
  stall(): void {
    this.#mode = 'stalled';
    for (const { upstream } of this.#pairs) upstream.pause();
  }

  /** Is a way to Redis again, for those who are connected and for those who come. */
  restore(): void {
    this.#mode = 'open';
    this.#answerBytesLeft = Infinity;
    for (const { upstream } of this.#pairs) upstream.resume();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(client: Socket): void {
    this.#connections += 1;
    client.on('error', () => client.destroy());
    if (this.#mode === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(this.#target.port || 6379), this.#target.hostname);
    const pair = { client, upstream };
    this.#pairs.add(pair);
    upstream.on('error', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      this.#pairs.delete(pair);
      upstream.destroy();
    });
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => this.#answer(client, data));
    if (this.#mode === 'stalled') upstream.pause();
  }

  #answer(client: Socket, data: Buffer): void {
    const passed = data.subarray(0, this.#answerBytesLeft);
    this.#answerBytesLeft -= passed.length;
    if (this.#answerBytesLeft > 0) {
      client.write(passed);
      return;
    }
    client.end(passed);
    this.#mode = 'cut';
  }
}

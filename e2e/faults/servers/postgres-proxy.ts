import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How PostgreSQL says that a transaction is committed: the tag of its `CommandComplete`. */
const COMMITTED = Buffer.from('COMMIT\0');

/**
 * Between the services and PostgreSQL: cuts connections at the worst moment, when a transaction is committed and nobody has
 * been told.
 */
export class PostgresProxy {
  readonly #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #toCut = 0;
  #cut: (() => void) | undefined;

  constructor(address: string) {
    this.#target = new URL(address);
    this.#server = createServer((client) => this.#join(client));
  }

  /** Listens; resolves with the address to connect to instead. */
  async open(): Promise<string> {
    await new Promise<void>((ready) => void this.#server.listen(0, '127.0.0.1', ready));
    const url = new URL(this.#target);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** Cuts that many connections at their next commit; resolves when it has. */
  cutAtCommit(connections: number): Promise<void> {
    this.#toCut = connections;
    return new Promise((resolve) => (this.#cut = resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => void this.#server.close(() => done()));
  }

  #join(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(server);
    server.on('data', (chunk) => {
      if (this.#toCut > 0 && chunk.includes(COMMITTED)) return this.#cutOff(client, server);
      if (client.write(chunk)) return;
      server.pause();
      client.once('drain', () => server.resume());
    });
  }

  #cutOff(client: Socket, server: Socket): void {
    client.destroy();
    server.destroy();
    this.#toCut -= 1;
    if (this.#toCut === 0) this.#cut?.();
  }
}

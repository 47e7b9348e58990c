import { connect, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';

/** Nobody listens there. */
const NOBODY = { host: '127.0.0.1', port: 1 };

/** A network whose connections a test can break, and refuse. */
export class CuttableNetwork {
  readonly #sockets = new Set<Socket>();
  #isDown = false;

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect(this.#isDown ? NOBODY : { host, port }, onConnect);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  };

  /** Breaks all connections; new ones can be made. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.destroy(new Error('the test has cut the connection'));
  }

  down(): void {
    this.#isDown = true;
    this.cut();
  }

  up(): void {
    this.#isDown = false;
  }
}

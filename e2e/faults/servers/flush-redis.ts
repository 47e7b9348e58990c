import { once } from 'node:events';
import { connect } from 'node:net';

/** Removes everything that is in a database of Redis: the one that the address names, or the first. */
export async function flushRedis(address: string): Promise<void> {
  const { hostname, port, pathname } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.write(`SELECT ${pathname.slice(1) || '0'}\r\nFLUSHDB\r\n`);
  let answers = '';
  while (!answers.endsWith('\r\n') || answers.split('\r\n').length < 3) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answers += chunk.toString();
  }
  socket.destroy();
  if (answers !== '+OK\r\n+OK\r\n') throw new Error(`Redis answers SELECT and FLUSHDB with ${answers.trim()}`);
}

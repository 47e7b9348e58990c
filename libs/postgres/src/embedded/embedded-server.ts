/**
 * A real PostgreSQL in a data folder, for those who have none.
 *
 *   (nothing) --initdb--> made --pg_ctl start--> running --stop: pg_ctl stop fast--> made
 *                                   ^                |
 *                                   |'-- our process killed: PostgreSQL runs on; the next start stops it first
 *                                   '--- PostgreSQL killed: the next start recovers what was committed
 *
 * PostgreSQL is started through `pg_ctl`, in a process group of its own, so that a signal to the terminal reaches us and
 * not the database: we finish what is in hand and stop it last (P7).
 */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import pg from 'pg';
import { classified } from '../classify-error.js';
import { findBinaries } from './binaries.js';
import { Cluster, DATABASE_USER } from './cluster.js';
import { DataFolder } from './data-folder.js';
import { explainOwnFailure } from './explain-failure.js';
import { postgresUser } from './system-user.js';

const DATABASE = 'waymark';
/** As root the database belongs to another user, who must be able to pass through our folder; he cannot look around in it. */
const ENTERABLE = 0o711;
const ENDED = 'the embedded PostgreSQL has ended: restart Waymark, and what was committed is there';

export interface EmbeddedServer {
  /** Holds the password: never to be logged. */
  url: string;
  /** Whether the server has ended though nobody stopped it; undefined, or one sentence. */
  problem(): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts the PostgreSQL of a data folder, making it where there is none. Rejects with a sentence that says what to do. */
export async function startEmbeddedServer(dataDir: string): Promise<EmbeddedServer> {
  const path = resolve(dataDir);
  try {
    const folder = await DataFolder.take(path);
    return await orElse(
      () => startIn(folder),
      () => folder.release(),
    );
  } catch (error) {
    throw explainOwnFailure(path, error);
  }
}

/**
 * Removes a data folder with everything in it, having stopped a server that a killed process left running there. Rejects
 * with DATA_FOLDER_IN_USE, having removed nothing, when another process uses it.
 */
export async function removeDataFolder(dataDir: string): Promise<void> {
  const folder = await DataFolder.take(resolve(dataDir));
  if (folder.hasDatabase) await new Cluster(folder.databasePath, await findBinaries(), await postgresUser()).stop();
  await rm(folder.path, { recursive: true, force: true, maxRetries: 3 });
}

async function startIn(folder: DataFolder): Promise<EmbeddedServer> {
  const { password } = await folder.describe();
  const user = await postgresUser();
  if (user) await chmod(folder.path, ENTERABLE);
  const cluster = new Cluster(folder.databasePath, await findBinaries(), user);
  if (!folder.hasDatabase) await cluster.initialise(password);
  const port = await freePort();
  await cluster.start(port);
  const url = (database: string): string => `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;
  await orElse(
    () => classified(() => ensureDatabase(url('postgres'))),
    () => cluster.stop(),
  );
  return {
    url: url(DATABASE),
    problem: async () => ((await cluster.isRunning()) ? undefined : ENDED),
    async stop() {
      try {
        await cluster.stop();
      } finally {
        await folder.release();
      }
    },
  };
}

/** Does the one thing, and the other only if it fails. */
async function orElse<T>(work: () => Promise<T>, undo: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await undo();
    throw error;
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

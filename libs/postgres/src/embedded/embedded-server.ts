/**
 * A real PostgreSQL in a data folder, for those who have none.
 *
 *   (nothing) --initdb--> made --pg_ctl start--> running --stop: pg_ctl stop fast--> made
 *                                   ^                |
 *                                   '-- our process killed: PostgreSQL runs on; the next start stops it first
 *
 * PostgreSQL is started through `pg_ctl`, in a process group of its own, so that a signal to the terminal reaches us and
 * not the database: we finish what is in hand and stop it last (P7).
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { WaymarkError } from '@waymark/contracts';
import pg from 'pg';
import { findBinaries, type Binaries } from './binaries.js';
import { DataFolder } from './data-folder.js';
import { postgresUser } from './system-user.js';

const run = promisify(execFile);
const USER = 'waymark';
const DATABASE = 'waymark';
const START_SECONDS = 60;
/** As root the database belongs to another user, who must be able to pass through our folder; he cannot look around in it. */
const ENTERABLE = 0o711;

/** For small machines. What makes a commit durable (fsync, synchronous_commit) stays on. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '256MB',
  work_mem: '8MB',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  log_min_messages: 'warning',
};

export interface EmbeddedServer {
  /** Holds the password: never to be logged. */
  url: string;
  stop(): Promise<void>;
}

/** Starts the PostgreSQL of a data folder, making it where there is none. Rejects with a sentence that says what to do. */
export async function startEmbeddedServer(dataDir: string): Promise<EmbeddedServer> {
  const folder = await DataFolder.take(resolve(dataDir));
  try {
    const { password } = await folder.describe();
    const user = await postgresUser();
    if (user) await chmod(folder.path, ENTERABLE);
    const cluster = new Cluster(folder.databasePath, await findBinaries(), user);
    if (!existsSync(join(folder.databasePath, 'PG_VERSION'))) await cluster.initialise(password);
    const port = await freePort();
    await cluster.start(port);
    const url = (database: string): string => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
    await ensureDatabase(url('postgres'));
    return {
      url: url(DATABASE),
      async stop() {
        await cluster.stop();
        await folder.release();
      },
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

class Cluster {
  readonly #path: string;
  readonly #binaries: Binaries;
  readonly #user: { uid: number; gid: number } | undefined;

  constructor(path: string, binaries: Binaries, user: { uid: number; gid: number } | undefined) {
    this.#path = path;
    this.#binaries = binaries;
    this.#user = user;
  }

  /** A folder that was being made when we were killed is made anew: it has never held anything. */
  async initialise(password: string): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
    await mkdir(this.#path, { mode: 0o700 });
    const passwordFile = `${this.#path}-password`;
    await writeFile(passwordFile, password, { mode: 0o600 });
    for (const path of [this.#path, passwordFile]) if (this.#user) await chown(path, this.#user.uid, this.#user.gid);
    try {
      await this.#run(this.#binaries.initdb, [
        '-D',
        this.#path,
        '-U',
        USER,
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--no-locale',
      ]);
    } finally {
      await rm(passwordFile, { force: true });
    }
  }

  async start(port: number): Promise<void> {
    await this.#stopIfRunning();
    const settings = Object.entries({ ...SETTINGS, port: String(port) }).map(
      ([name, value]) => `-c ${name}=${value === '' ? "''" : value}`,
    );
    await this.#run(this.#binaries.pg_ctl, [
      '-D',
      this.#path,
      '-w',
      '-t',
      String(START_SECONDS),
      '-s',
      '-l',
      join(this.#path, 'server.log'),
      '-o',
      settings.join(' '),
      'start',
    ]);
  }

  async stop(): Promise<void> {
    await this.#run(this.#binaries.pg_ctl, [
      '-D',
      this.#path,
      '-w',
      '-t',
      String(START_SECONDS),
      '-s',
      '-m',
      'fast',
      'stop',
    ]);
  }

  /** A server whose Waymark was killed runs on; `pg_ctl status` says 3 when none does, 4 for a folder it cannot read. */
  async #stopIfRunning(): Promise<void> {
    try {
      await run(this.#binaries.pg_ctl, ['-D', this.#path, 'status'], { ...this.#user });
    } catch (error) {
      if ((error as { code?: unknown }).code === 3) return;
      throw error;
    }
    await this.stop();
  }

  async #run(program: string, args: string[]): Promise<void> {
    try {
      await run(program, args, { ...this.#user, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
    } catch (cause) {
      const said = `${(cause as { stderr?: string }).stderr ?? ''}${await this.#log()}`;
      if (/No space left on device/.test(said)) {
        throw new WaymarkError(
          'DISK_FULL',
          `the disk of ${this.#path} is full: make room, or use a folder on another disk by --data`,
          { cause },
        );
      }
      if (/Permission denied|could not access directory/.test(said)) {
        throw new WaymarkError(
          'INVALID_CONFIGURATION',
          `PostgreSQL cannot reach ${this.#path}: as root it runs as the user "postgres", who must be able to enter all parent folders; use another folder by --data`,
          { cause },
        );
      }
      throw new WaymarkError(
        'STORE_UNAVAILABLE',
        `the embedded PostgreSQL did not do as told (${program.split('/').at(-1)} ${args.at(-1)}); its log is ${join(this.#path, 'server.log')}`,
        { cause },
      );
    }
  }

  async #log(): Promise<string> {
    const path = join(this.#path, 'server.log');
    return existsSync(path) ? (await readFile(path, 'utf8')).slice(-2000) : '';
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

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import { explainFailure, isStillEnding, type Failure } from './explain-failure.js';

const run = promisify(execFile);
/** The user that owns the databases, inside PostgreSQL. */
export const DATABASE_USER = 'waymark';
const START_SECONDS = 60;
/** How often, and how many times, a server is started whose killed predecessor has not ended entirely. */
const ENDING_PAUSE_MS = 250;
const ENDING_TRIES_MAX = (START_SECONDS * 1_000) / ENDING_PAUSE_MS;
/** How much of what the server wrote to its log is read to say why it failed, in bytes from the end. */
const LOG_BYTES_MAX = 4_096;
/** `pg_ctl status` says 3 when no server runs, 4 for a folder it cannot read. */
const NOT_RUNNING = 3;

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

interface SystemUser {
  uid: number;
  gid: number;
}

/** PostgreSQL's programs on one folder. They reject with the sentences of {@link explainFailure}. */
export class Cluster {
  readonly #path: string;
  readonly #binaries: Binaries;
  readonly #user: SystemUser | undefined;

  constructor(path: string, binaries: Binaries, user: SystemUser | undefined) {
    this.#path = path;
    this.#binaries = binaries;
    this.#user = user;
  }

  /**
   * Makes the folder. It is made under another name, which no initdb of a killed process still writes to, and takes its
   * place when it is complete: one that is in its place is whole.
   */
  async initialise(password: string): Promise<void> {
    await this.#removeHalfMade();
    const making = await mkdtemp(`${this.#path}.new-`);
    const passwordFile = `${making}-password`;
    try {
      await writeFile(passwordFile, password, { mode: 0o600 });
      for (const path of [making, passwordFile]) if (this.#user) await chown(path, this.#user.uid, this.#user.gid);
      await this.#run(this.#binaries.initdb, [
        '-U',
        DATABASE_USER,
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--no-locale',
        '-D',
        making,
      ]);
      await rename(making, this.#path);
    } finally {
      await rm(passwordFile, { force: true });
    }
  }

  /** Starts the server, having stopped one whose Waymark was killed and that runs on. */
  async start(port: number): Promise<void> {
    await this.stop();
    const settings = Object.entries({ ...SETTINGS, port: String(port) }).map(
      ([name, value]) => `-c ${name}=${value === '' ? "''" : value}`,
    );
    const log = join(this.#path, 'server.log');
    for (let tries = 1; ; tries += 1) {
      const failure = await this.#try(this.#binaries.pg_ctl, this.#told('-l', log, '-o', settings.join(' '), 'start'));
      if (!failure) return;
      if (!isStillEnding(failure) || tries === ENDING_TRIES_MAX) throw explainFailure(this.#path, failure);
      await pause(ENDING_PAUSE_MS);
    }
  }

  /** Stops the server; one that does not run, or is killed meanwhile, is stopped. */
  async stop(): Promise<void> {
    if (!(await this.isRunning())) return;
    const failure = await this.#try(this.#binaries.pg_ctl, this.#told('-m', 'fast', 'stop'));
    if (failure && (await this.isRunning())) throw explainFailure(this.#path, failure);
  }

  async isRunning(): Promise<boolean> {
    const failure = await this.#try(this.#binaries.pg_ctl, ['-D', this.#path, 'status']);
    if (!failure) return true;
    if ((failure.cause as { code?: unknown }).code === NOT_RUNNING) return false;
    throw explainFailure(this.#path, failure);
  }

  /** It has never held anything. */
  async #removeHalfMade(): Promise<void> {
    const parent = dirname(this.#path);
    const halfMade = (await readdir(parent)).filter((name) => name.startsWith(`${basename(this.#path)}.new-`));
    for (const name of [basename(this.#path), ...halfMade])
      await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
  }

  #told(...args: string[]): string[] {
    return ['-D', this.#path, '-w', '-t', String(START_SECONDS), '-s', ...args];
  }

  async #run(program: string, args: string[]): Promise<void> {
    const failure = await this.#try(program, args);
    if (failure) throw explainFailure(this.#path, failure);
  }

  /** Resolves with what went wrong. */
  async #try(program: string, args: string[]): Promise<Failure | undefined> {
    const logged = await this.#logSize();
    try {
      await run(program, args, { ...this.#user, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
      return undefined;
    } catch (cause) {
      const { stderr = '' } = cause as { stderr?: string };
      const command = `${program.split('/').at(-1)} ${args.at(-1)}`;
      return { command, said: `${stderr}${await this.#loggedSince(logged)}`, cause };
    }
  }

  async #logSize(): Promise<number> {
    const path = join(this.#path, 'server.log');
    return existsSync(path) ? (await stat(path)).size : 0;
  }

  /** What an earlier run has logged says nothing about this one. */
  async #loggedSince(start: number): Promise<string> {
    const size = await this.#logSize();
    if (size <= start) return '';
    const from = Math.max(start, size - LOG_BYTES_MAX);
    const file = await open(join(this.#path, 'server.log'));
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - from), position: from });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

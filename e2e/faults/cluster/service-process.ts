/**
 * One replica of one service, as a process of its own.
 *
 *   (ended) --start--> starting --"ready"--> running --end--> (ended)
 *                                            |    ^
 *                                          freeze |
 *                                            v    |
 *                                           (held) thaw
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServiceName } from '@waymark/contracts';
import { until } from '../until.js';
import { ROOT } from './project-root.js';

/** Until it is ready, in milliseconds: it may wait for a server that is being restarted, and for the sessions of the dead. */
const READY_MS_MAX = 120_000;
/** Until it has ended after SIGTERM: its own deadline, and a little. */
const END_MS_MAX = 30_000;
const ERROR_LEVEL = 50;

export interface ServiceProcessOptions {
  service: ServiceName;
  /** Tells the replicas of a service apart: 0, 1, and 2 for one that comes for a while. */
  replica: number;
  env: Readonly<Record<string, string>>;
  /** Where its log is kept. */
  folder: string;
}

const living = new Set<ChildProcess>();

/** Ends all that run, at once: for a run that ends in the middle. */
export function killAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

interface LogLine {
  level: number;
  msg: string;
  url?: string;
  partitions?: number[];
}

export class ServiceProcess {
  readonly service: ServiceName;
  readonly name: string;
  /** Lines of level `error`: a healthy system writes none. */
  readonly errors: string[] = [];
  readonly #options: ServiceProcessOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #url: string | undefined;
  #isFrozen = false;
  #partitions: readonly number[] = [];
  #lastLine = '';

  constructor(options: ServiceProcessOptions) {
    this.#options = options;
    this.service = options.service;
    this.name = `${options.service}-${options.replica}`;
    this.#log = createWriteStream(join(options.folder, `${this.name}.log`), { flags: 'a' });
  }

  /** Where it answers; undefined while it is not running, or held. */
  get url(): string | undefined {
    return this.#isFrozen ? undefined : this.#url;
  }

  /** The partitions it was assigned last in this life. */
  get partitions(): readonly number[] {
    return this.#partitions;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Resolves when it says that it is ready. */
  async start(): Promise<void> {
    this.launch();
    await until(`${this.name} to be ready; its last words: ${this.#lastLine}`, READY_MS_MAX, () => {
      if (!this.#child) throw new Error(`${this.name} ended before it was ready: ${this.#lastLine}`);
      return this.#url !== undefined;
    });
  }

  /** Starts it without waiting. */
  launch(): void {
    const program = join(ROOT, 'apps', this.service, 'dist', 'main.js');
    const child = spawn(process.execPath, ['--no-warnings', program], {
      env: { PATH: process.env['PATH'], ...this.#options.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    living.add(child);
    this.#partitions = [];
    createInterface({ input: child.stderr }).on('line', (line) => this.#read(child, line));
    child.once('exit', (code, signal) => {
      living.delete(child);
      this.#log.write(`{"msg":"ended","code":${code},"signal":"${signal}","at":"${new Date().toISOString()}"}\n`);
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#url = undefined;
      this.#isFrozen = false;
    });
  }

  /** Sends a signal that ends it; resolves when it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#url = undefined;
    child.kill(signal);
    await until(`${this.name} to end after ${signal}`, END_MS_MAX, () => this.#child !== child);
  }

  /** It stands still, and does not know it. */
  freeze(): void {
    this.#isFrozen = true;
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
    this.#isFrozen = false;
  }

  /** Ends it, however it is. */
  async remove(): Promise<void> {
    this.thaw();
    await this.end('SIGKILL');
    this.#log.end();
    await once(this.#log, 'close');
  }

  #read(child: ChildProcess, text: string): void {
    this.#log.write(`${text}\n`);
    this.#lastLine = text;
    if (!text.startsWith('{') || this.#child !== child) return;
    const line = JSON.parse(text) as LogLine;
    if (line.level >= ERROR_LEVEL) this.errors.push(text);
    if (line.msg === 'ready') this.#url = line.url;
    if (line.msg === 'partitions assigned') this.#partitions = line.partitions ?? [];
  }
}

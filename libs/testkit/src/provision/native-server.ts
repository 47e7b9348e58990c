import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { signalFamily } from './process-family.js';
import { disown, own, removeFolder } from './reaper.js';
import type { Program } from './recipe.js';
import type { Server } from './server.js';
import { untilServing } from './until-serving.js';

/** How much of what it wrote is kept to say why it failed, in characters from the end. */
const SAID_LENGTH_MAX = 2_000;
/** How often, and how many times, a program is started whose killed predecessor has not ended entirely. */
const ENDING_PAUSE_MS = 100;
const ENDING_TRIES_MAX = 300;

export interface NativeServerOptions {
  program: Program;
  address: string;
  /** Where its data is; removed with it. */
  folder: string;
  /** Resolves when it serves. */
  greet: () => Promise<unknown>;
}

/** A server as a child of this process: whatever ends this process, ends it too (reaper.ts). */
export class NativeServer implements Server {
  readonly way = 'native';
  readonly address: string;
  readonly #program: Program;
  readonly #folder: string;
  readonly #greet: () => Promise<unknown>;
  #child: ChildProcess | undefined;
  #said = '';

  constructor({ program, address, folder, greet }: NativeServerOptions) {
    this.#program = program;
    this.address = address;
    this.#folder = folder;
    this.#greet = greet;
  }

  async start(): Promise<void> {
    if (this.#isRunning()) return;
    for (let tries = 1; ; tries += 1) {
      this.#launch();
      try {
        await untilServing(this.#greet, () => !this.#isRunning());
        return;
      } catch (cause) {
        if (tries === ENDING_TRIES_MAX || !this.#failedAsStillEnding())
          throw new Error(`${this.#program.command} does not serve: ${this.#said.trim() || 'it says nothing'}`, {
            cause,
          });
        await pause(ENDING_PAUSE_MS);
      }
    }
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || !this.#isRunning()) return;
    // Its children write to the same output: closed, they have ended too.
    const ended = once(child, 'close');
    if (signal === 'SIGKILL') await this.#signal('SIGKILL');
    else child.kill(this.#program.endSignal ?? signal);
    await ended;
  }

  pause(): Promise<void> {
    return this.#signal('SIGSTOP');
  }

  resume(): Promise<void> {
    return this.#signal('SIGCONT');
  }

  async remove(): Promise<void> {
    if (this.#isRunning()) await this.resume();
    await this.stop(this.#program.endSignal ? 'SIGTERM' : 'SIGKILL');
    await removeFolder(this.#folder);
  }

  #launch(): void {
    const { command, args, user } = this.#program;
    this.#said = '';
    const child = spawn(command, args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'], ...user });
    this.#child = child;
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (text: string) => {
        this.#said = `${this.#said}${text}`.slice(-SAID_LENGTH_MAX);
      });
    child.once('error', (error) => {
      this.#said += error.message;
    });
    const { pid } = child;
    if (pid === undefined) return;
    own('process', pid);
    child.once('exit', () => disown('process', pid));
  }

  #isRunning(): boolean {
    return this.#child?.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #failedAsStillEnding(): boolean {
    return !this.#isRunning() && this.#program.stillEnding?.test(this.#said) === true;
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    if (!this.#isRunning()) throw new Error(`${this.#program.command} does not run`);
    await signalFamily(this.#child!.pid!, signal);
  }
}

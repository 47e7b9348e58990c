import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const CLI = join(ROOT, 'apps/cli/dist/main.js');

export const WRITE_KEY = 'e2e-write-key-0000';
export const ADMIN_TOKEN = 'e2e-admin-token-000000';

/** The built program as a process of its own, on a data folder that outlives it. */
export class PlatformProcess {
  readonly url: string;
  readonly #port: number;
  readonly #dataDir: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  /** What it wrote to standard error, newest life last. */
  readonly logLines: string[] = [];

  private constructor(port: number, dataDir: string, env: Record<string, string>) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#dataDir = dataDir;
    this.#env = env;
  }

  static async create(env: Record<string, string> = {}): Promise<PlatformProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'waymark-e2e-'));
    return new PlatformProcess(await freePort(), dataDir, env);
  }

  get dataDir(): string {
    return this.#dataDir;
  }

  /** Starts it; resolves when it says that it is ready. */
  async start(): Promise<void> {
    const args = ['--no-warnings', CLI, 'up', '--port', String(this.#port), '--data', this.#dataDir];
    const env = {
      PATH: process.env['PATH'],
      WAYMARK_WRITE_KEY: WRITE_KEY,
      WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN,
      WAYMARK_EGRESS_ALLOW: '127.0.0.0/8',
      LOG_LEVEL: 'info',
      ...this.#env,
    };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    const lines = createInterface({ input: child.stderr });
    await new Promise<void>((ready, failed) => {
      lines.on('line', (line) => {
        this.logLines.push(line);
        if (line.includes('"msg":"ready"')) ready();
      });
      child.once('exit', (code) => failed(new Error(`it ended with ${code}:\n${this.logLines.slice(-20).join('\n')}`)));
    });
  }

  /** Sends a signal; resolves with the exit code when it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child!;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }

  /** Ends it, and the database that a SIGKILL would leave behind. */
  async remove(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.end('SIGTERM');
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(path, this.url), {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json().catch(() => undefined)) as T;
  }

  /** Waits until the ring is at rest; only with a held clock. */
  settle(): Promise<void> {
    return this.api('PUT', '/api/clock', {});
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import type { Register } from '../command.js';

export interface Output {
  stdout: string;
  stderr: string;
}

/** What is written while `work` is at it, without colours. */
export async function captured(work: () => unknown): Promise<Output> {
  const streams = { stdout: process.stdout, stderr: process.stderr };
  const written = { stdout: '', stderr: '' };
  const before = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const) {
    streams[name].write = (chunk: string | Uint8Array) => {
      written[name] += stripVTControlCharacters(String(chunk));
      return true;
    };
  }
  try {
    await work();
  } finally {
    process.stdout.write = before.stdout;
    process.stderr.write = before.stderr;
  }
  return written;
}

/** Runs a command line as `main.ts` would; rejects with what `main.ts` would report. `code` is what it asked to end with. */
export async function runCommand(
  register: Register,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Output & { code: number | undefined }> {
  let code: number | undefined;
  const program = new Command('waymark').exitOverride();
  register(program, { env, exit: (given) => (code = given) });
  for (const command of program.commands) command.exitOverride();
  const output = await captured(() => program.parseAsync(['node', 'waymark', ...args]));
  return { ...output, code };
}

/**
 * What must end with this process, however it ends: the reaper (reap.ts) is a process of its own that is told what we
 * have started, and ends it when we are gone. Whoever ends a thing himself disowns it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A process by its number, a folder by its path, or a container by its mark. */
export type Owned = 'process' | 'folder' | 'container';

let reaper: ChildProcess | undefined;

export function own(kind: Owned, what: string | number): void {
  tell('+', kind, what);
}

export function disown(kind: Owned, what: string | number): void {
  tell('-', kind, what);
}

/** Removes a folder that was owned. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
  disown('folder', path);
}

function tell(sign: '+' | '-', kind: Owned, what: string | number): void {
  reaper ??= start();
  reaper.stdin!.write(`${sign} ${kind} ${what}\n`);
}

/** It does not keep this process alive. */
function start(): ChildProcess {
  const program = fileURLToPath(new URL('../../dist/reap.js', import.meta.url));
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}

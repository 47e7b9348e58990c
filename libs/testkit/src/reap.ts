/**
 * Ends what a process has started and could not end itself, because it was killed. It is told what there is, a line each:
 * `+ kind what` and `- kind what` (provision/reaper.ts); its input ends when that process does. In a session of its own, so
 * that Ctrl-C spares it.
 */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { removeContainer } from './provision/container-server.js';
import { signalFamily } from './provision/process-family.js';
import type { Owned } from './provision/reaper.js';

const owned: Record<Owned, Set<string>> = { process: new Set(), container: new Set(), folder: new Set() };

for await (const line of createInterface({ input: process.stdin })) {
  const [, sign, kind, what] = /^(\S) (\S+) (.*)$/.exec(line)!;
  if (sign === '+') owned[kind as Owned].add(what!);
  else owned[kind as Owned].delete(what!);
}

for (const pid of owned.process) await signalFamily(Number(pid), 'SIGKILL');
for (const folder of owned.folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
for (const mark of owned.container) await removeContainer(mark);

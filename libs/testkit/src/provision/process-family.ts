import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Sends a signal to a process and then to its children, without which PostgreSQL's would go on; none need be there. */
export async function signalFamily(pid: number, signal: NodeJS.Signals): Promise<void> {
  const parents = process.platform === 'linux' ? await parentsInProc() : await parentsByPs();
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  for (const each of [pid, ...children]) sendIfThere(each, signal);
}

function sendIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Every process with its parent; slim systems have no `ps`. */
async function parentsInProc(): Promise<[pid: number, parent: number][]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const stats = await Promise.allSettled(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8')));
  // One that has ended meanwhile has no file. A name, in parentheses, may hold anything.
  return stats.flatMap((stat, at) =>
    stat.status === 'fulfilled' ? [[pids[at]!, Number(/.*\) \S (\d+)/s.exec(stat.value)?.[1])]] : [],
  );
}

async function parentsByPs(): Promise<[pid: number, parent: number][]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout.split('\n').map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
}

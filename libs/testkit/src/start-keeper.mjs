// Starts the keeper of the run's servers (keep-servers.ts), once for all projects; it starts a server when a spec asks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export default async function startKeeper() {
  if (globalThis.waymarkEndKeeper) return;
  const program = fileURLToPath(new URL('../dist/keep-servers.js', import.meta.url));
  const keeper = spawn(process.execPath, ['--no-warnings', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(keeper, 'exit');
  const failed = ended.then(() => Promise.reject(new Error('the test servers were not kept; the reason is above')));
  [process.env.TESTKIT_KEEPER] = await Promise.race([once(createInterface({ input: keeper.stdout }), 'line'), failed]);
  globalThis.waymarkEndKeeper = async () => {
    keeper.stdin.end();
    await ended;
    delete globalThis.waymarkEndKeeper;
  };
}

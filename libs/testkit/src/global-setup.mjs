// Starts one PostgreSQL for a run of the integration tests, or uses the one named by WAYMARK_TEST_DATABASE_URL, and
// migrates a template database once; each test file clones it (test-database.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export default async function globalSetup() {
  const given = process.env.WAYMARK_TEST_DATABASE_URL;
  const dataDir = given ? undefined : await mkdtemp(join(tmpdir(), 'waymark-test-'));
  // As root the server runs as another user, who must be able to enter; what it keeps inside is its own.
  if (dataDir) await chmod(dataDir, 0o711);
  const server = spawn(
    process.execPath,
    ['--no-warnings', fileURLToPath(new URL('../dist/serve-template.js', import.meta.url))],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...(dataDir && { WAYMARK_TEST_DATA: dataDir }) },
    },
  );
  const failed = once(server, 'exit').then(() =>
    Promise.reject(new Error('the test PostgreSQL did not start; its message is above')),
  );
  const [ready] = await Promise.race([once(server.stdout, 'data'), failed]);
  process.env.WAYMARK_TEST_TEMPLATE_URL = String(ready).trim();
  globalThis.waymarkStopDatabase = async () => {
    server.stdin.end();
    await failed.catch(() => undefined);
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  };
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './project-root.js';

const run = promisify(execFile);

/** `waymark migrate`, as an operator runs it. */
export async function migrate(databaseUrl: string): Promise<void> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl };
  await run(process.execPath, ['--no-warnings', join(ROOT, 'apps/cli/dist/main.js'), 'migrate'], { env });
}

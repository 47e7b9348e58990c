import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './support/platform-process.js';

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';
const ENV = {
  KAFKA_BROKERS: NOWHERE,
  REDIS_URL: `redis://${NOWHERE}`,
  DATABASE_URL: `postgres://waymark:secret@${NOWHERE}/waymark`,
  WAYMARK_ADMIN_TOKEN: 'e2e-admin-token-000000',
};

describe('a process whose database is not there', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('waits for it, and ends at %s at once and in order', async (signal) => {
    const child = spawn(process.execPath, [join(ROOT, 'apps/journey-state/dist/main.js')], {
      env: ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = once(child, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      lines.push(line);
      if (line.includes('not started yet')) child.kill(signal);
    }
    expect(await exited).toEqual([0, null]);
    expect(lines.join('\n')).not.toContain('secret');
  });
});

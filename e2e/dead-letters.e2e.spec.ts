import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_TOKEN, CLI, PlatformProcess } from './support/platform-process.js';
import { produce } from './support/produce.js';

/** No JSON and no UTF-8, with a zero byte. */
const BYTES = Buffer.from([0x7b, 0xff, 0x00, 0xc3]);
/** Five days ahead of the process's clock. */
const EARLY = {
  schemaVersion: 1,
  type: 'track',
  messageId: 'm-early',
  source: 'web',
  userId: 'ada',
  event: 'Came Early',
  timestamp: '2026-03-07T09:00:00Z',
  receivedAt: '2026-03-02T09:00:00Z',
};

describe('dead letters of the standalone process', () => {
  let platform: PlatformProcess;

  beforeAll(async () => {
    platform = await PlatformProcess.create({ WAYMARK_CLOCK_START: '2026-03-02T09:00:00Z' });
    await platform.start();
  }, 120_000);
  afterAll(() => platform.remove());

  const waymark = (...args: string[]): { status: number | null; stdout: Buffer } =>
    spawnSync(process.execPath, ['--no-warnings', CLI, 'dead-letters', ...args], {
      env: { PATH: process.env['PATH'], WAYMARK_URL: platform.url, WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN },
      timeout: 60_000,
    });
  const listed = (...args: string[]): { id: string; code: string; redriveOf?: string }[] =>
    JSON.parse(waymark('list', '--json', ...args).stdout.toString()) as ReturnType<typeof listed>;
  const countOf = async (event: string): Promise<number | undefined> => {
    const { counters } = await platform.api<{ counters: Record<string, number> }>('GET', '/api/customers/ada');
    return counters[event];
  };

  it('are found, looked at and redriven once, though the process is killed on the way', async () => {
    await produce(platform.dataDir, [
      { value: BYTES.toString('base64'), encoding: 'base64' },
      { value: JSON.stringify(EARLY) },
    ]);
    await platform.settle();
    const letters = listed();
    expect(letters.map(({ code }) => code)).toEqual(['INVALID_TIMESTAMP', 'INVALID_UTF8']);
    const [early, bytes] = letters.map(({ id }) => id) as [string, string];
    expect(waymark('show', bytes, '--raw').stdout).toEqual(BYTES);
    expect(waymark('show', early).stdout.toString()).toContain('timestamp 2026-03-07T09:00:00Z is more than two days');

    await platform.api('PUT', '/api/clock', { to: '2026-03-06T09:00:00Z' });
    expect(waymark('redrive', '--all')).toMatchObject({ status: 0 });
    await platform.end('SIGKILL');
    await platform.start();
    expect(waymark('redrive', early, bytes).stdout.toString()).toBe('0 redriven, 2 had been before, 0 refused\n');
    await platform.settle();
    expect(await countOf('Came Early')).toBe(1);
    expect(listed('--open')).toEqual([expect.objectContaining({ code: 'INVALID_UTF8', redriveOf: bytes })]);
  }, 300_000);

  it('that are not there are said not to be, with the exit code of a failure', () => {
    expect(waymark('show', '0-999')).toMatchObject({ status: 1 });
    expect(waymark('redrive', '0-999')).toMatchObject({ status: 1 });
    expect(waymark('redrive')).toMatchObject({ status: 2 });
  }, 120_000);
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_TOKEN, CLI, PlatformProcess, ROOT, WRITE_KEY } from './support/platform-process.js';

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The fenced examples of a page in one language, in their order. */
function examples(page: string, language: string): string[] {
  const fences = readFileSync(join(ROOT, page), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...fences].flatMap(([, of, text]) => (of === language ? [text!] : []));
}

/** The `waymark` commands that a page shows, but for `up`, which does not end; `my-workspace` is the example shop. */
function commands(page: string): string[][] {
  return examples(page, 'sh')
    .join('\n')
    .split('\n')
    .map((line) => /^npx waymark ([^#&]+)/.exec(line)?.[1]?.trim().split(/\s+/))
    .filter((command) => command !== undefined && command[0] !== 'up')
    .map((command) => command!.map((word) => (word === 'my-workspace' ? 'examples/shop' : word)));
}

describe('what the documentation shows', () => {
  let platform: PlatformProcess;
  let env: Record<string, string>;

  beforeAll(async () => {
    platform = await PlatformProcess.create({
      WAYMARK_CLOCK_START: new Date().toISOString(),
      SMTP_URL: 'smtp://127.0.0.1:9',
      CHANNEL_MAIL_SECRET: 'mail-secret-of-the-tests',
      CHANNEL_PARTNER_URL: 'http://127.0.0.1:9/partner',
      CHANNEL_PARTNER_SECRET: 'partner-secret-of-the-tests',
      CHANNEL_ORDERS_URL: 'http://127.0.0.1:9/orders',
      CHANNEL_ORDERS_SECRET: 'orders-secret-of-the-tests',
    });
    await platform.start();
    env = {
      PATH: process.env['PATH'] ?? '',
      WAYMARK_URL: platform.url,
      WAYMARK_WRITE_KEY: WRITE_KEY,
      WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN,
    };
  }, 120_000);

  afterAll(() => platform.remove());

  const run = (program: string, args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(program, args, { cwd: ROOT, env, encoding: 'utf8', timeout: 60_000 });
  const waymark = (args: string[]): ReturnType<typeof run> => run(process.execPath, ['--no-warnings', CLI, ...args]);
  const send = async (call: string, body: object): Promise<void> => {
    const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(new URL(`/v1/${call}`, platform.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  };
  const here = (text: string): string => text.replaceAll(DEFAULT_URL, platform.url);

  it('platform-teams.md: the Segment client and curl bring events in, and a decision comes out', async () => {
    expect(waymark(['apply', 'examples/shop'])).toMatchObject({ status: 0 });
    await platform.settle();
    const [script] = examples('docs/platform-teams.md', 'js');
    expect(run(process.execPath, ['--input-type=module', '-e', here(script!)])).toMatchObject({ status: 0 });
    await platform.settle();
    const [track, , decide] = examples('docs/platform-teams.md', 'sh');
    expect(JSON.parse(run('sh', ['-c', here(track!)]).stdout)).toEqual({ success: true, accepted: 1 });
    await platform.settle();
    expect(await platform.api('GET', '/api/customers/ada')).toMatchObject({
      traits: { email: 'ada@example.com' },
      orders: { count: 2, value: 49 },
    });
    expect(JSON.parse(run('sh', ['-c', here(decide!)]).stdout)).toMatchObject({
      slot: 'cart',
      customerId: 'ada',
      candidates: expect.arrayContaining([expect.objectContaining({ offerId: 'free-shipping' })]),
    });
  }, 120_000);

  it('platform-teams.md: two ids that were taken for one are parted again', async () => {
    await send('track', { anonymousId: 'd-9', event: 'Looked' });
    await send('identify', { anonymousId: 'd-9', userId: 'ada' });
    await platform.settle();
    const [merges, undo] = commands('docs/platform-teams.md');
    const told = (): { id: string }[] => JSON.parse(waymark([...merges!, '--json']).stdout) as { id: string }[];
    expect(told()).toMatchObject([{ from: 'anon~d-9', to: 'ada' }]);
    const undoing = undo!.map((word) => (word === 'MERGE' ? told()[0]!.id : word));
    expect(waymark(undoing)).toMatchObject({ status: 0, stderr: '' });
    await platform.settle();
    expect(told()).toMatchObject([{ undoneAt: expect.any(String) }]);
    expect(await platform.api('GET', '/api/customers/anon~d-9')).toMatchObject({ counters: { Looked: 1 } });
    expect(waymark(undoing)).toMatchObject({ status: 1, stderr: expect.stringContaining('it was undone') });
  }, 120_000);

  it('platform-teams.md: the description of the API is fetched as it says', () => {
    const fetching = examples('docs/platform-teams.md', 'sh')[3]!;
    const dir = platform.dataDir;
    expect(run('sh', ['-c', `cd '${dir}' && ${here(fetching)}`])).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(readFileSync(join(dir, 'waymark-api.json'), 'utf8'))).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
      paths: { '/api/journeys/{id}/versions': expect.anything() },
    });
  });

  it.each(['README.md', 'docs/marketers.md', 'examples/shop/README.md'])(
    '%s: every command it shows works on the example shop',
    async (page) => {
      const shown = commands(page);
      expect(shown.length).toBeGreaterThanOrEqual(3);
      for (const command of shown) {
        const { status, stderr } = waymark(command);
        expect({ command, status, stderr }).toMatchObject({ command, status: 0 });
      }
    },
    120_000,
  );

  it('operations.md: doctor finds nothing wrong, and tells what it looked at', () => {
    const { status, stdout } = waymark(['doctor', '--json']);
    const verdicts = JSON.parse(stdout) as { check: string; ok: boolean }[];
    expect([status, verdicts.filter(({ ok }) => !ok)]).toEqual([0, []]);
    expect(verdicts.map(({ check }) => check)).toEqual([
      'configuration',
      'system',
      'log',
      'migrations',
      'processes',
      'partitions',
      'lag',
      'outbox',
      'workspace',
      'channels',
      'clock',
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformProcess, ROOT, WRITE_KEY } from './support/platform-process.js';

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

describe('bad input', () => {
  let platform: PlatformProcess;

  beforeAll(async () => {
    platform = await PlatformProcess.create({ WAYMARK_CLOCK_START: '2026-03-02T09:00:00Z' });
    await platform.start();
  }, 120_000);

  afterAll(() => platform.remove());

  const post = async (
    path: string,
    body: string | Buffer,
    key = WRITE_KEY,
  ): Promise<{ status: number; problem: Record<string, unknown> }> => {
    const answer = await fetch(new URL(path, platform.url), {
      method: 'POST',
      headers: { authorization: basic(key), 'content-type': 'application/json' },
      body: body as string,
    });
    return { status: answer.status, problem: (await answer.json()) as Record<string, unknown> };
  };
  const track = (more: string): string => `{"userId":"u","event":"E"${more}}`;

  it.each<[string, string, string | Buffer, number, string]>([
    ['malformed JSON', '/v1/track', '{"userId":', 400, 'MALFORMED_JSON'],
    ['invalid UTF-8', '/v1/track', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400, 'INVALID_UTF8'],
    ['a body that is no object', '/v1/track', '[]', 400, 'INVALID_BODY'],
    ['no id', '/v1/track', '{"event":"E"}', 400, 'MISSING_ID'],
    ['no event name', '/v1/track', '{"userId":"u"}', 400, 'INVALID_BODY'],
    ['a NUL in an id', '/v1/track', '{"userId":"a\\u0000b","event":"E"}', 400, 'INVALID_BODY'],
    ['a message id that is too long', '/v1/track', track(`,"messageId":"${'m'.repeat(101)}"`), 400, 'INVALID_BODY'],
    ['a timestamp before 2000', '/v1/track', track(',"timestamp":"1970-01-20T00:00:00Z"'), 400, 'INVALID_TIMESTAMP'],
    ['a timestamp far ahead', '/v1/track', track(',"timestamp":"2099-01-01T00:00:00Z"'), 400, 'INVALID_TIMESTAMP'],
    ['a timestamp that is none', '/v1/track', track(',"timestamp":"yesterday"'), 400, 'INVALID_BODY'],
    ['a hundred levels', '/v1/track', track(`,"properties":${nested(100)}`), 400, 'TOO_DEEP'],
    ['a prototype key', '/v1/track', track(',"properties":{"__proto__":{"admin":true}}'), 400, 'FORBIDDEN_KEY'],
    ['a call over 32 KB', '/v1/track', track(`,"properties":{"p":"${'x'.repeat(33_000)}"}`), 413, 'OVERSIZE'],
    ['a batch over 500 KB', '/v1/batch', `{"batch":["${'x'.repeat(520_000)}"]}`, 413, 'OVERSIZE'],
    ['a body beyond everything', '/v1/batch', `{"batch":["${'x'.repeat(900_000)}"]}`, 413, 'OVERSIZE'],
    ['an unknown call', '/v1/purchase', '{}', 404, 'NOT_FOUND'],
  ])('%s is answered with a clear problem', async (_, path, body, status, code) => {
    const { status: got, problem } = await post(path, body);
    expect({ got, code: problem['code'] }).toEqual({ got: status, code });
    expect(String(problem['detail']).length).toBeGreaterThan(10);
  });

  it('a wrong write key is not let in', async () => {
    const { status, problem } = await post('/v1/track', track(''), 'somebody-elses-key');
    expect([status, problem['code']]).toEqual([401, 'UNAUTHORIZED']);
  });

  it('one bad item of a batch loses none of its neighbours (R70)', async () => {
    const batch = [
      { type: 'track', userId: 'n1', event: 'Good' },
      { type: 'track', userId: 'n1' },
      { type: 'track', userId: 'n2', event: 'Good', timestamp: '1999-01-01T00:00:00Z' },
      { type: 'identify', userId: 'n3', traits: { a: 1 } },
    ].map((item) => JSON.stringify(item));
    batch.push(track(`,"properties":${nested(100)}`), track(',"properties":{"__proto__":{"admin":true}}'));
    batch.push(track(`,"properties":{"p":"${'x'.repeat(33_000)}"}`));
    const { status, problem } = await post('/v1/batch', `{"batch":[${batch.join()}]}`);
    expect(status).toBe(200);
    expect(problem).toMatchObject({
      success: true,
      accepted: 2,
      rejected: [
        { index: 1, status: 400, code: 'INVALID_BODY' },
        { index: 2, status: 400, code: 'INVALID_TIMESTAMP' },
        { index: 4, status: 400, code: 'TOO_DEEP' },
        { index: 5, status: 400, code: 'FORBIDDEN_KEY' },
        { index: 6, status: 413, code: 'OVERSIZE' },
      ],
    });
    await platform.settle();
    expect(await platform.api('GET', '/api/customers/n3')).toMatchObject({ traits: { a: 1 } });
  });

  it('/api asks for a token, and says which role is missing', async () => {
    const answer = await fetch(new URL('/api/journeys', platform.url));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('a workspace with a mistake changes nothing and says where it is', async () => {
    const files = [
      {
        path: 'j.yaml',
        text: 'kind: journey\nid: j\nentry: { event: E }\nstart: a\nsteps:\n  a: { kind: exit, reson: x }\n',
      },
    ];
    await expect(platform.api('PUT', '/api/workspace', { files })).rejects.toThrow(
      /422 .*j\.yaml:6:20 .*reson.*reason/s,
    );
    expect(await platform.api('GET', '/api/workspace')).toMatchObject({ revision: 0, resources: [] });
  });

  it('what was refused left nothing but ids in the log', () => {
    expect(platform.logLines.filter((line) => /"level":(40|50|60)/.test(line))).toEqual([]);
    expect(platform.logLines.join('\n')).not.toContain('admin":true');
  });

  it('a second process on the same folder, a port in use and a bad configuration are told in a sentence', () => {
    const up = (args: string[], env: Record<string, string> = {}): { status: number | null; stderr: string } =>
      spawnSync(process.execPath, ['--no-warnings', join(ROOT, 'apps/cli/dist/main.js'), 'up', ...args], {
        encoding: 'utf8',
        timeout: 30_000,
        env: { PATH: process.env['PATH'], ...env },
      });
    const second = up(['--data', platform.dataDir, '--port', '0']);
    expect([second.status, second.stderr]).toEqual([
      1,
      expect.stringMatching(/is used by another Waymark \(process \d+\): stop it/),
    ]);
    const config = up([], { WAYMARK_HTTP_PORT: 'eighty', WAYMARK_PARTITION: '3' });
    expect([config.status, config.stderr]).toEqual([
      78,
      expect.stringMatching(
        /2 problem\(s\).*WAYMARK_PARTITION is not a setting; did you mean WAYMARK_PARTITIONS.*WAYMARK_HTTP_PORT: must be a whole number/s,
      ),
    ]);
    const port = up(['--data', `${platform.dataDir}-other`, '--port', new URL(platform.url).port]);
    expect([port.status, port.stderr]).toEqual([1, expect.stringMatching(/port \d+ of 127\.0\.0\.1 is in use/)]);
  }, 60_000);

  it('a data folder of another version is left alone', async () => {
    const folder = `${platform.dataDir}-old`;
    spawnSync('mkdir', ['-p', join(folder, 'postgres')]);
    writeFileSync(join(folder, 'data.json'), '{"layout":1,"postgres":16,"password":"x"}');
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '16\n');
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--no-warnings', join(ROOT, 'apps/cli/dist/main.js'), 'up', '--data', folder, '--port', '0'],
      { encoding: 'utf8', timeout: 30_000, env: { PATH: process.env['PATH'] } },
    );
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('holds a PostgreSQL 16 database, this Waymark brings 18'),
    ]);
    spawnSync('rm', ['-rf', folder, `${platform.dataDir}-other`]);
  });
});

describe('SIGTERM', () => {
  it('ends the process cleanly, with everything accepted still there after a restart (P7)', async () => {
    const platform = await PlatformProcess.create();
    await platform.start();
    const send = (i: number): Promise<Response> =>
      fetch(new URL('/v1/track', platform.url), {
        method: 'POST',
        headers: { authorization: basic(WRITE_KEY) },
        body: JSON.stringify({ userId: 'u', event: 'Sent', messageId: `m-${i}` }),
      });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => send(i)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await platform.end('SIGTERM')).toBe(0);
    await platform.start();
    const counted = async (): Promise<number> =>
      (
        await platform
          .api<{ counters: Record<string, number> }>('GET', '/api/customers/u')
          .catch(() => ({ counters: {} }) as never)
      ).counters['Sent'] ?? 0;
    while ((await counted()) < 50) await new Promise(setImmediate);
    expect(await counted()).toBe(50);
    await platform.remove();
  }, 120_000);
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ManualClock } from '@waymark/ports';
import type { Platform } from '../create-platform.js';
import { checkedApp } from '../testing/checked-app.js';
import { ADMIN_TOKEN, memoryPlatform } from '../testing/memory-platform.js';

const START = Date.parse('2026-05-04T08:00:00Z');
const VIEWER = 'viewer-token-of-the-tests';
const FILES = [
  {
    path: 'invited.journey.yaml',
    text: 'kind: journey\nid: invited\nentry: { api: true }\nstart: rest\nsteps:\n  rest: { kind: wait, for: P1D, next: done }\n  done: { kind: exit }\n',
  },
];

let app: NestFastifyApplication;
let platform: Platform;

beforeEach(async () => {
  platform = await memoryPlatform(new ManualClock(START), { WAYMARK_TOKENS: `viewer:${VIEWER}` });
  ({ app } = await checkedApp(platform));
  await app.init();
  await platform.ingestion.workspace.apply(FILES, { dryRun: false });
});
afterEach(() => app.close());

async function ask(
  line: string,
  { body, token = ADMIN_TOKEN, key }: { body?: object; token?: string; key?: string } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const [method, url] = line.split(' ') as ['GET' | 'POST', string];
  const answer = await app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...(key && { 'idempotency-key': key }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json<Record<string, unknown>>() };
}

describe('journeys that live, over HTTP', () => {
  it('are paused, resumed with a preview, and closed', async () => {
    const pause = await ask('POST /api/journeys/invited/pause', { body: { timers: 'freeze' } });
    expect(pause).toMatchObject({
      status: 200,
      body: { state: 'paused', pause: { timers: 'freeze', entrants: { queue: 'P1D' } } },
    });
    expect((await ask('GET /api/journeys/invited/control', { token: VIEWER })).body).toEqual(pause.body);
    expect(await ask('POST /api/journeys/invited/resume?dryRun=true')).toEqual({
      status: 200,
      body: { entrants: 0, messages: 0, frozen: 0 },
    });
    expect(await ask('POST /api/journeys/invited/resume')).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await ask('POST /api/journeys/invited/close')).toMatchObject({ status: 200, body: { state: 'closed' } });
    expect(await ask('POST /api/journeys/invited/pause')).toMatchObject({
      status: 409,
      body: { code: 'STATE_CONFLICT' },
    });
  });

  it('are stopped and migrated by jobs that can be asked for', async () => {
    const stop = await ask('POST /api/journeys/invited/stop');
    expect(stop).toMatchObject({ status: 202, body: { job: { type: 'stop' }, statusUrl: expect.any(String) } });
    expect(await ask(`GET ${stop.body['statusUrl'] as string}`, { token: VIEWER })).toMatchObject({
      status: 200,
      body: { isDone: false, partitionsDone: 0, counts: {} },
    });
    const migrations = 'POST /api/journeys/invited/migrations';
    expect(await ask(migrations, { body: { map: {}, dryRun: true } })).toMatchObject({ body: { moved: 0, steps: [] } });
    expect(await ask(migrations, { body: { map: { rest: 'rest' } } })).toMatchObject({
      status: 202,
      body: { job: { type: 'migrate', map: { rest: 'rest' } } },
    });
    expect(await ask(migrations, { body: { map: { rest: 'rst' } } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/map/rest' }] },
    });
  });

  it('are entered on request', async () => {
    const instances = 'POST /api/journeys/invited/instances';
    expect((await ask(instances, { body: { customer: 'ada' } })).status).toBe(404);
    await platform.ingestion.acceptor.batch(
      Buffer.from(JSON.stringify({ batch: [{ type: 'identify', userId: 'ada' }] })),
      { authorization: `Basic ${Buffer.from(`${platform.credentials.writeKey}:`).toString('base64')}` },
    );
    for (const processor of platform.processors) while (await processor.step());
    expect((await ask(instances, { body: { customer: 'ada', data: { seats: 2 } }, key: 'k-1' })).status).toBe(202);
    expect((await ask(instances, { body: { customer: 'ada', data: [] } })).status).toBe(400);
  });

  it('are for those who may, and for those that are there', async () => {
    for (const verb of ['pause', 'resume', 'close', 'stop', 'migrations', 'instances'])
      expect((await ask(`POST /api/journeys/invited/${verb}`, { token: VIEWER, body: {} })).status).toBe(403);
    expect((await ask('POST /api/journeys/other/stop')).status).toBe(404);
    expect((await ask('GET /api/journeys/invited/jobs/stop-1')).status).toBe(404);
  });
});

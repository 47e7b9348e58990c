import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ManualClock } from '@waymark/ports';
import { Health } from '@waymark/runtime';
import { HeldClock } from '../clock/held-clock.js';
import type { Platform } from '../create-platform.js';
import { checkedApp } from '../testing/checked-app.js';
import { ADMIN_TOKEN, memoryPlatform, WRITE_KEY } from '../testing/memory-platform.js';
import { closeHttp, listen } from './create-http-app.js';

const START = Date.parse('2026-05-04T08:00:00Z');
const VIEWER = 'viewer-token-of-the-tests';
const OPERATOR = 'operator-token-of-the-tests';
const TOKENS = `viewer:${VIEWER},operator:${OPERATOR}`;
const BASIC = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`;

let apps: NestFastifyApplication[];
let platform: Platform;
let health: Health;

beforeEach(() => {
  apps = [];
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
});

/** The app over memory, reached without a port. */
async function start({ clock = new ManualClock(START), env = {} } = {}): Promise<NestFastifyApplication> {
  platform = await memoryPlatform(clock, { WAYMARK_TOKENS: TOKENS, ...env });
  health = new Health({ live: [], ready: [] });
  const { app } = await checkedApp(platform, health);
  apps.push(app);
  await app.init();
  return app;
}

interface Asked {
  body?: object | string | Buffer;
  token?: string;
  authorization?: string;
  type?: string | undefined;
  encoding?: string;
}

interface Answered {
  status: number;
  type: string;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}

async function ask(app: NestFastifyApplication, line: string, of: Asked = {}): Promise<Answered> {
  const [method, url] = line.split(' ') as ['GET' | 'PUT' | 'POST', string];
  const { body, token, authorization = token && `Bearer ${token}`, type = 'application/json', encoding } = of;
  const payload = typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;
  const answer = await app.inject({
    method,
    url,
    headers: {
      ...(authorization && { authorization }),
      ...(payload !== undefined && { 'content-type': type }),
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    },
    ...(payload !== undefined && { payload }),
  });
  const contentType = String(answer.headers['content-type']);
  return {
    status: answer.statusCode,
    type: contentType,
    headers: answer.headers,
    body: contentType.includes('json') ? answer.json<Record<string, unknown>>() : { text: answer.body },
  };
}

describe('who may come in', () => {
  it.each<[string, string | undefined, number, string]>([
    ['GET /api/status', undefined, 401, 'UNAUTHORIZED'],
    ['GET /api/status', 'somebody-elses-token', 401, 'UNAUTHORIZED'],
    ['GET /api/log/events/0', VIEWER, 403, 'FORBIDDEN'],
    ['GET /api/segments', undefined, 401, 'UNAUTHORIZED'],
    ['GET /api/segments/vip/customers', VIEWER, 404, 'NOT_FOUND'],
    ['PUT /api/workspace', VIEWER, 403, 'FORBIDDEN'],
    ['PUT /api/clock', OPERATOR, 403, 'FORBIDDEN'],
    ['POST /v1/decide', undefined, 401, 'UNAUTHORIZED'],
  ])('%s with token %s is answered %d', async (line, token, status, code) => {
    const { body, type, ...answer } = await ask(await start(), line, { ...(token && { token }) });
    expect({ status: answer.status, code: body['code'] }).toEqual({ status, code });
    expect(type).toContain('application/problem+json');
  });

  it.each([
    ['GET /api/status', VIEWER],
    ['GET /api/log/events/0', OPERATOR],
    ['GET /api/status', ADMIN_TOKEN],
    ['GET /api/journeys', VIEWER],
    ['GET /api/instances/check', VIEWER],
    ['GET /api/instances/broken', VIEWER],
    ['GET /api/decisions/candidates', VIEWER],
    ['GET /api/segments', VIEWER],
    ['GET /api/channels', VIEWER],
    ['GET /api/workspace', VIEWER],
  ])('%s is for %s', async (line, token) => {
    expect((await ask(await start(), line, { token })).status).toBe(200);
  });

  it('an unknown address is a problem, whoever asks', async () => {
    const app = await start();
    for (const line of ['GET /', 'GET /v2/track', 'GET /v1/track']) {
      const { status, body, type } = await ask(app, line);
      expect([line, status, body['code']]).toEqual([line, 404, 'NOT_FOUND']);
      expect(type).toContain('application/problem+json');
    }
  });

  it('every answer has the headers that browsers go by', async () => {
    const { headers } = await ask(await start(), 'GET /livez');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
  });
});

describe('bodies', () => {
  it.each<[string, string | Buffer, string]>([
    ['no JSON', '{"files":', 'MALFORMED_JSON'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'INVALID_UTF8'],
    ['too deep', '{"a":'.repeat(40) + '1' + '}'.repeat(40), 'TOO_DEEP'],
    ['reaching into prototypes', '{"__proto__":{"a":1}}', 'FORBIDDEN_KEY'],
    ['not what is asked for', '{"fils":[]}', 'INVALID_BODY'],
    ['missing', '', 'INVALID_BODY'],
  ])('%s is refused by name', async (_, body, code) => {
    const answer = await ask(await start(), 'PUT /api/workspace', { body, token: ADMIN_TOKEN });
    expect([answer.status, answer.body['code']]).toEqual([400, code]);
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'image/png'])(
    'are read as what they are, whatever their type says: %s',
    async (type) => {
      const app = await start();
      const taken = await ask(app, 'POST /v1/track', {
        body: { userId: 'ada', event: 'E' },
        authorization: BASIC,
        type,
      });
      expect([taken.status, taken.body]).toEqual([200, { success: true, accepted: 1 }]);
      const applied = await ask(app, 'PUT /api/workspace', { body: { files: [] }, token: ADMIN_TOKEN, type });
      expect(applied.status).toBe(200);
    },
  );

  it('a query behind the address of a raw body changes nothing', async () => {
    const answer = await ask(await start(), 'POST /v1/track?x=1', {
      body: { userId: 'ada', event: 'E' },
      authorization: BASIC,
    });
    expect(answer.status).toBe(200);
  });

  it('of events may be 500 KB and a little, so that the endpoint itself says what is too much (R70)', async () => {
    const app = await start();
    const sized = (bytes: number): Asked => ({ body: `{"batch":["${'x'.repeat(bytes)}"]}`, authorization: BASIC });
    const over = await ask(app, 'POST /v1/batch', sized(520_000));
    const beyond = await ask(app, 'POST /v1/batch', sized(900_000));
    expect([over.status, over.body['code'], beyond.status, beyond.body['code']]).toEqual([
      413,
      'OVERSIZE',
      413,
      'OVERSIZE',
    ]);
  });

  it('of a workspace may be larger than those of events, and not endless', async () => {
    const app = await start();
    const files = (bytes: number): Asked => ({
      body: { files: [{ path: 'a.md', text: 'x'.repeat(bytes) }], dryRun: true },
      token: ADMIN_TOKEN,
    });
    expect((await ask(app, 'PUT /api/workspace', files(1_000_000))).status).toBe(200);
    expect((await ask(app, 'PUT /api/workspace', files(17_000_000))).status).toBe(413);
    expect((await ask(app, 'POST /v1/decide', files(1_000_000))).status).toBe(413);
  });
});

describe('packed bodies', () => {
  const CALL = Buffer.from('{"userId":"ada","event":"E"}');
  const track = async (body: Buffer, encoding: string): Promise<Answered> =>
    ask(await start(), 'POST /v1/track', { body, encoding, authorization: BASIC });
  const broken = 'the content-encoding says gzip, but the body is not whole gzip';
  const unread = (encoding: string): string =>
    `the content-encoding "${encoding}" is not read here: send the body with gzip, or with none`;

  it.each<[string, Buffer]>([
    ['gzip', gzipSync(CALL)],
    ['X-GZIP', gzipSync(CALL)],
    ['identity', CALL],
    ['', CALL],
  ])('are unpacked: content-encoding "%s"', async (encoding, body) => {
    expect(await track(body, encoding)).toMatchObject({ status: 200, body: { success: true, accepted: 1 } });
  });

  it.each<[string, string, Buffer, string]>([
    ['something else', 'gzip', CALL, broken],
    ['cut off', 'gzip', gzipSync(CALL).subarray(0, -4), broken],
    ['damaged', 'gzip', Buffer.concat([gzipSync(CALL).subarray(0, -8), Buffer.alloc(8)]), broken],
    ['packed otherwise', 'br', brotliCompressSync(CALL), unread('br')],
    ['packed twice', 'gzip, gzip', gzipSync(gzipSync(CALL)), unread('gzip, gzip')],
  ])('that are %s are refused, and told why', async (_, encoding, body, detail) => {
    const answer = await track(body, encoding);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', detail } });
    expect(answer.type).toContain('application/problem+json');
  });

  it.each([
    ['POST /v1/batch', BASIC, 500_000, 200],
    ['POST /v1/batch', BASIC, 520_000, 413],
    ['POST /v1/batch', BASIC, 50_000_000, 413],
    ['PUT /api/workspace', `Bearer ${ADMIN_TOKEN}`, 1_000_000, 200],
    ['PUT /api/workspace', `Bearer ${ADMIN_TOKEN}`, 17_000_000, 413],
  ])('are measured unpacked, by the limit of their address: %s (%#)', async (line, authorization, bytes, status) => {
    const text = 'x'.repeat(bytes);
    const events = { batch: [], text };
    const workspace = { dryRun: true, files: [{ path: 'a.md', text }] };
    const body = gzipSync(JSON.stringify(line.includes('batch') ? events : workspace));
    const answer = await ask(await start(), line, { body, encoding: 'gzip', authorization });
    expect([answer.status, answer.body['code']]).toEqual([status, status === 413 ? 'OVERSIZE' : undefined]);
  });
});

it.each([
  ['t', { event: 'E' }],
  ['g', { groupId: 'acme' }],
  ['b', { batch: [{ type: 'track', userId: 'ada', event: 'E' }] }],
])("the short address /v1/%s takes what Segment's SDK for browsers posts", async (address, call) => {
  const body = { userId: 'ada', writeKey: WRITE_KEY, ...call };
  const answer = await ask(await start(), `POST /v1/${address}`, { body, type: 'text/plain' });
  expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 1 } });
});

describe('GET /api/log', () => {
  const track = async (app: NestFastifyApplication): Promise<void> => {
    await ask(app, 'POST /v1/track', { body: { userId: 'ada', event: 'E', messageId: 'm-1' }, authorization: BASIC });
  };
  const partitionOfAda = async (app: NestFastifyApplication): Promise<number> => {
    const ends = await Promise.all([0, 1].map((p) => ask(app, `GET /api/log/events.raw/${p}`, { token: OPERATOR })));
    return ends.findIndex(({ body }) => body['next'] === 1);
  };

  it('answers with the end for whoever wants to follow, then with what came', async () => {
    const app = await start();
    await track(app);
    const at = `/api/log/events.raw/${await partitionOfAda(app)}`;
    expect((await ask(app, `GET ${at}`, { token: OPERATOR })).body).toEqual({ next: 1, records: [] });
    expect((await ask(app, `GET ${at}?offset=1`, { token: OPERATOR })).body).toEqual({ next: 1, records: [] });
    expect((await ask(app, `GET ${at}?offset=0`, { token: OPERATOR })).body).toEqual({
      next: 1,
      records: [expect.objectContaining({ offset: 0, key: 'ada', value: expect.stringContaining('"m-1"') })],
    });
  });

  it.each([
    ['events.rw/0', 404, 'NOT_FOUND'],
    ['events/2', 404, 'NOT_FOUND'],
    ['events/-1', 404, 'NOT_FOUND'],
    ['events/one', 404, 'NOT_FOUND'],
    ['events/0.5', 404, 'NOT_FOUND'],
    ['events/0?offset=-2', 400, 'INVALID_BODY'],
    ['events/0?offset=x', 400, 'INVALID_BODY'],
    ['events/0?max=0', 400, 'INVALID_BODY'],
    ['events/0?max=1001', 400, 'INVALID_BODY'],
  ])('of %s is answered %d', async (place, status, code) => {
    const { body, ...answer } = await ask(await start(), `GET /api/log/${place}`, { token: OPERATOR });
    expect([answer.status, body['code']]).toEqual([status, code]);
    expect(String(body['detail'])).toMatch(/.{10}/);
  });
});

describe('GET /api/status', () => {
  it('tells how far each partition of each service is, and what a partition that stands still waits for', async () => {
    const app = await start();
    await ask(app, 'PUT /api/workspace', { body: { files: [] }, token: ADMIN_TOKEN });
    const { body } = await ask(app, 'GET /api/status', { token: VIEWER });
    expect(body).toMatchObject({ now: '2026-05-04T08:00:00.000Z', ownClock: false, postgres: 'none', stopped: [] });
    const partitions = body['partitions'] as { service: string; lag: number; nextOffset: number }[];
    expect(partitions).toHaveLength(8);
    expect(partitions.filter(({ service }) => service === 'journey-state')).toEqual([
      { service: 'journey-state', topic: 'events', partition: 0, nextOffset: 0, lag: 0, revision: 0 },
      { service: 'journey-state', topic: 'events', partition: 1, nextOffset: 0, lag: 0, revision: 0 },
    ]);
  });

  it('tells how far behind a partition is', async () => {
    const app = await start();
    await ask(app, 'POST /v1/track', { body: { userId: 'ada', event: 'E' }, authorization: BASIC });
    const { body } = await ask(app, 'GET /api/status', { token: VIEWER });
    const lags = (body['partitions'] as { service: string; lag: number }[])
      .filter(({ service }) => service === 'ingestion')
      .map(({ lag }) => lag);
    expect(lags.sort()).toEqual([0, 1]);
  });
});

describe('PUT /api/clock', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'clock-'));
  });
  afterEach(async () => {
    await platform.group.stop();
    rmSync(dataDir, { recursive: true });
  });
  const move = async (app: NestFastifyApplication, body: object): Promise<Answered> =>
    ask(app, 'PUT /api/clock', { body, token: ADMIN_TOKEN });
  const held = async (): Promise<NestFastifyApplication> => {
    const app = await start({ clock: new HeldClock(dataDir, START) });
    platform.group.start();
    return app;
  };

  it('is refused by a clock that runs by itself', async () => {
    const { status, body } = await move(await start(), { to: '2026-05-05T08:00:00Z' });
    expect([status, body['code']]).toEqual([400, 'INVALID_BODY']);
  });

  it('moves a held clock once everything has come to rest', async () => {
    const app = await held();
    await ask(app, 'POST /v1/track', { body: { userId: 'ada', event: 'E' }, authorization: BASIC });
    const { status, body } = await move(app, { to: '2026-05-04T12:00:00+02:00' });
    expect([status, body]).toEqual([200, { now: '2026-05-04T10:00:00.000Z' }]);
    const { body: known } = await ask(app, 'GET /api/customers/ada', { token: VIEWER });
    expect(known).toMatchObject({ counters: { E: 1 }, lastSeen: { E: '2026-05-04T08:00:00.000Z' } });
    expect((await ask(app, 'GET /api/status', { token: VIEWER })).body).toMatchObject({ ownClock: true });
  });

  it('only comes to rest when it is given no moment, and stays where it is for one that is past', async () => {
    const app = await held();
    expect((await move(app, {})).body).toEqual({ now: '2026-05-04T08:00:00.000Z' });
    expect((await move(app, { to: '2026-05-03T00:00:00Z' })).body).toEqual({ now: '2026-05-04T08:00:00.000Z' });
  });

  it.each([{ to: 'noon' }, { to: 1777881600000 }, { at: '2026-05-05T08:00:00Z' }])('refuses %j', async (body) => {
    expect((await move(await held(), body)).status).toBe(400);
  });
});

describe('the process', () => {
  it('is alive from the start, ready when it says so, and not once it stops (P7)', async () => {
    const app = await start();
    const state = async (): Promise<number[]> =>
      Promise.all(['GET /livez', 'GET /readyz'].map(async (line) => (await ask(app, line)).status));
    expect(await state()).toEqual([200, 503]);
    health.ready();
    expect(await state()).toEqual([200, 200]);
    health.stopping();
    expect(await state()).toEqual([200, 503]);
  });

  it('has only the addresses of the services that run in it', async () => {
    const app = await start({ env: { WAYMARK_TARGET: 'journey-state' } });
    const statuses = await Promise.all(
      ['GET /api/journeys', 'GET /api/offers', 'GET /api/deliveries', 'GET /api/customers/ada'].map(
        async (line) => (await ask(app, line, { token: VIEWER })).status,
      ),
    );
    expect(statuses).toEqual([200, 404, 404, 404]);
    expect((await ask(app, 'POST /v1/track', { body: {}, authorization: BASIC })).status).toBe(404);
  });
});

describe('listen', () => {
  it('takes a free port for 0, and says what to do about one that is taken', async () => {
    const url = new URL(await listen(await start(), { httpHost: '127.0.0.1', httpPort: 0 }));
    expect((await fetch(new URL('/livez', url))).status).toBe(200);
    const httpPort = Number(url.port);
    await expect(listen(await start(), { httpHost: '127.0.0.1', httpPort })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `port ${httpPort} of 127.0.0.1 is in use: stop what uses it, or choose another by --port or WAYMARK_HTTP_PORT`,
    });
  });
});

describe('closeHttp', () => {
  it('answers what still comes over an open connection, and closes the connection with the answer (P7)', async () => {
    const app = await start();
    const { port } = new URL(await listen(app, { httpHost: '127.0.0.1', httpPort: 0 }));
    const server = app.getHttpServer();
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    const ended = once(socket, 'close');
    const [peer] = await connected;
    socket.write('GET /livez HTTP/1.1\r\n');
    while (peer.bytesRead === 0) await new Promise(setImmediate);
    const closed = closeHttp(app, 60_000);
    while (server.listening) await new Promise(setImmediate);
    socket.write('Host: x\r\n\r\n');
    await Promise.all([closed, ended]);
    apps = apps.filter((each) => each !== app);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('cuts off who has not sent a whole request by then, so that nobody can keep the process from ending (P7)', async () => {
    const app = await start();
    const { port } = new URL(await listen(app, { httpHost: '127.0.0.1', httpPort: 0 }));
    const socket = connect(Number(port), '127.0.0.1').resume();
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => undefined));
    await new Promise<void>((resolve) =>
      socket.write('POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{', () => resolve()),
    );
    await closeHttp(app, 20);
    await ended;
    apps = apps.filter((each) => each !== app);
    expect(socket.destroyed).toBe(true);
  });
});

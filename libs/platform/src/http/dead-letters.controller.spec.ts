import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ManualClock } from '@waymark/ports';
import type { Platform } from '../create-platform.js';
import { checkedApp } from '../testing/checked-app.js';
import { aLetter, onDeadLetters } from '../testing/dead-letter-log.js';
import { memoryPlatform } from '../testing/memory-platform.js';

const START = Date.parse('2026-05-04T12:00:00Z');
const [MARKETER, OPERATOR] = ['marketer-token-of-the-tests', 'operator-token-of-the-tests'];

let platform: Platform;
let app: NestFastifyApplication;

beforeEach(async () => {
  platform = await memoryPlatform(new ManualClock(START), {
    WAYMARK_TOKENS: `marketer:${MARKETER},operator:${OPERATOR}`,
  });
  ({ app } = await checkedApp(platform));
  await app.init();
  await platform.log.append([onDeadLetters(aLetter()), onDeadLetters(aLetter({ code: 'OVERSIZE' }), 1)]);
});
afterEach(() => app.close());

async function ask(line: string, { body, token = OPERATOR }: { body?: object; token?: string } = {}) {
  const [method, url] = line.split(' ') as ['GET' | 'POST', string];
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}

describe('/api/dead-letters', () => {
  it.each([
    ['GET /api/dead-letters'],
    ['GET /api/dead-letters/0-0'],
    ['POST /api/dead-letters/0-0/redrive'],
    ['POST /api/dead-letters/redrive'],
  ])('%s is for operators: letters quote what customers have sent', async (line) => {
    expect(await ask(line, { token: MARKETER })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('lists, a page at a time', async () => {
    const first = await ask('GET /api/dead-letters?limit=1');
    expect(first).toMatchObject({ status: 200, body: { letters: [{ id: '0-0' }], cursor: '0.1' } });
    const second = await ask(`GET /api/dead-letters?limit=1&cursor=${String(first.body['cursor'])}`);
    expect(second.body).toEqual({ letters: [expect.objectContaining({ id: '1-0' })] });
  });

  it('shows one, with the record it is about', async () => {
    expect(await ask('GET /api/dead-letters/0-0')).toEqual({ status: 200, body: { id: '0-0', ...aLetter() } });
  });

  it('redrives one, once', async () => {
    const at = '2026-05-04T12:00:00.000Z';
    const redrive = (): ReturnType<typeof ask> => ask('POST /api/dead-letters/0-0/redrive');
    expect(await redrive()).toEqual({ status: 200, body: { id: '0-0', result: 'redriven', at } });
    expect(await redrive()).toEqual({ status: 200, body: { id: '0-0', result: 'already', at } });
    expect((await ask('GET /api/dead-letters?redriven=true')).body).toMatchObject({ letters: [{ id: '0-0' }] });
    expect((await ask('GET /api/dead-letters?redriven=false')).body).toMatchObject({ letters: [{ id: '1-0' }] });
    expect(await platform.log.endOffset({ topic: 'events.raw', partition: 0 })).toBe(1);
  });

  it('redrives many, and tells of each what became of it', async () => {
    const { status, body } = await ask('POST /api/dead-letters/redrive', { body: { ids: ['1-0', '0-0', '0-9'] } });
    expect(status).toBe(200);
    expect(body['letters']).toMatchObject([
      { id: '0-0', result: 'redriven' },
      { id: '0-9', result: 'refused', code: 'NOT_FOUND' },
      { id: '1-0', result: 'redriven' },
    ]);
  });

  it.each<[string, number, string]>([
    ['GET /api/dead-letters/0-1', 404, 'NOT_FOUND'],
    ['GET /api/dead-letters/nonsense', 404, 'NOT_FOUND'],
    ['GET /api/dead-letters/9-0', 404, 'NOT_FOUND'],
    ['POST /api/dead-letters/0-1/redrive', 404, 'NOT_FOUND'],
    ['POST /api/dead-letters/nonsense/redrive', 404, 'NOT_FOUND'],
    ['POST /api/dead-letters/redrive', 400, 'INVALID_BODY'],
    ['GET /api/dead-letters?limit=0', 400, 'INVALID_BODY'],
    ['GET /api/dead-letters?limit=1001', 400, 'INVALID_BODY'],
    ['GET /api/dead-letters?cursor=1', 400, 'INVALID_BODY'],
    ['GET /api/dead-letters?redriven=perhaps', 400, 'INVALID_BODY'],
  ])('%s is answered %d %s', async (line, status, code) => {
    expect(await ask(line)).toMatchObject({ status, body: { code, detail: expect.stringMatching(/.{10}/) } });
  });

  it.each([[[]], [['nonsense']], [Array.from({ length: 1_001 }, (_, n) => `0-${n}`)]])(
    'does not redrive the letters %j',
    async (ids) => {
      expect((await ask('POST /api/dead-letters/redrive', { body: { ids } })).status).toBe(400);
    },
  );

  it('says why one cannot be redriven', async () => {
    await platform.log.append([onDeadLetters(aLetter({ topic: 'orders' }))]);
    expect(await ask('POST /api/dead-letters/0-1/redrive')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_RECORD', detail: '0-1 came from the topic orders, which nobody reads here' },
    });
  });
});

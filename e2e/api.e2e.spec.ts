import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnswerCheck, WALK_ENV, walkApi, type ApiDocument, type Asked } from '@waymark/testkit/api';
import { ADMIN_TOKEN, PlatformProcess, WRITE_KEY } from './support/platform-process.js';
import { produce } from './support/produce.js';

describe('the API of the built program', () => {
  let platform: PlatformProcess;

  beforeAll(async () => {
    platform = await PlatformProcess.create({ WAYMARK_CLOCK_START: '2026-05-04T08:00:00Z', ...WALK_ENV });
    await platform.start();
  }, 120_000);
  afterAll(() => platform.remove());

  it('answers on every route what its own document says, with something in it', async () => {
    const check = new AnswerCheck(await platform.api<ApiDocument>('GET', '/openapi.json'));
    const mistakes: (string | undefined)[] = [];
    const ask = async (line: string, { body, headers }: Asked = {}): Promise<{ status: number; body: unknown }> => {
      const [method, path] = line.split(' ') as [string, string];
      const answer = await fetch(new URL(path, platform.url), {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json', ...headers },
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      });
      const { status } = answer;
      const text = await answer.text();
      const type = answer.headers.get('content-type') ?? '';
      mistakes.push(check.mistake({ method, path, status, type, body: text }));
      return { status, body: type.includes('json') ? (JSON.parse(text) as unknown) : text };
    };
    const poison = (): Promise<void> => produce(platform.dataDir, [{ value: '{"schemaVersion":1,' }]);
    await walkApi({ ask, writeKey: WRITE_KEY, poison });
    expect(mistakes.filter((mistake) => mistake !== undefined)).toEqual([]);
    expect(check.unseen).toEqual([]);
  }, 180_000);
});

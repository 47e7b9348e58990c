import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Health } from '@waymark/runtime';
import { WALK_ENV, walkApi, type Asked } from '@waymark/testkit/api';
import { HeldClock } from '../clock/held-clock.js';
import type { Platform } from '../create-platform.js';
import { checkedApp, type CheckedApp } from '../testing/checked-app.js';
import { ADMIN_TOKEN, memoryPlatform, WRITE_KEY } from '../testing/memory-platform.js';

const START = Date.parse('2026-05-04T08:00:00Z');

let dataDir: string;
let platform: Platform;
let checked: CheckedApp;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'answers-'));
  platform = await memoryPlatform(new HeldClock(dataDir, START), WALK_ENV);
  const health = new Health({ live: [], ready: [] });
  health.ready();
  checked = await checkedApp(platform, health);
  await checked.app.init();
  platform.group.start();
});
afterEach(async () => {
  await platform.group.stop();
  rmSync(dataDir, { recursive: true });
});

async function ask(line: string, { body, headers }: Asked = {}): Promise<{ status: number; body: unknown }> {
  const [method, url] = line.split(' ') as ['GET', string];
  const answer = await checked.app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, body: isJson ? answer.json<unknown>() : answer.body };
}

describe('every route', () => {
  it('answers what the API describes, with something in it', async () => {
    const poison = (): Promise<void> =>
      platform.log.append([{ topic: 'events.raw', key: 'ada', partition: 0, value: '{"schemaVersion":1,' }]);
    await platform.checks.walk.step([0, 1], START);
    await walkApi({ ask, writeKey: WRITE_KEY, poison });
    await checked.app.close();
    expect(checked.answers().unseen).toEqual([]);
  }, 60_000);
});

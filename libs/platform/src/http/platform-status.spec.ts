import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@waymark/ports';
import { settle } from '../clock/settle.js';
import type { Platform } from '../create-platform.js';
import { checkedApp } from '../testing/checked-app.js';
import { ADMIN_TOKEN, memoryPlatform } from '../testing/memory-platform.js';
import { platformStatus } from './platform-status.js';

const START = Date.parse('2026-05-04T08:00:00Z');

/** What the status says is unset once these channels are in use. */
async function unsetOf(env: Record<string, string>, channels: Record<string, string[]>): Promise<string[]> {
  const platform: Platform = await memoryPlatform(new ManualClock(START), env);
  const files = Object.entries(channels).map(([id, lines]) => ({
    path: `${id}.yaml`,
    text: ['kind: channel', `id: ${id}`, ...lines, ''].join('\n'),
  }));
  await platform.ingestion.workspace.apply(files, { dryRun: false });
  platform.group.start();
  try {
    await settle(platform.group, platform.log);
    return (await platformStatus(platform)).unset;
  } finally {
    await platform.group.stop();
  }
}

describe('platformStatus', () => {
  it('names the variables that channels in use refer to and cannot find, each once and sorted', async () => {
    const env = { SMTP_URL: 'smtp://127.0.0.1', HOME_OF_SECRETS: 'set, and not for channels' };
    const unset = await unsetOf(env, {
      mail: ['type: smtp', 'from: a@example.com', 'url: "{{ env.SMTP_URL }}"'],
      hook: [
        'type: webhook',
        'url: "https://{{env.CHANNEL_HOST}}/{{ env.CHANNEL_B }}"',
        'secret: "{{ env.HOME_OF_SECRETS }}"',
      ],
      other: ['type: webhook', 'url: "https://{{ env.CHANNEL_HOST }}"', 'secret: "{{ env.CHANNEL_A }}"'],
      desk: ['type: log'],
    });
    expect(unset).toEqual(['CHANNEL_A', 'CHANNEL_B', 'CHANNEL_HOST', 'HOME_OF_SECRETS']);
  });

  it('names none when all are set, and for channels that refer to none', async () => {
    const mail = ['type: smtp', 'from: a@example.com', 'url: "{{ env.SMTP_URL }}"'];
    expect(await unsetOf({ SMTP_URL: 'smtp://127.0.0.1' }, { mail, desk: ['type: log'] })).toEqual([]);
  });

  it('is a 503 in a sentence of its own while the database is down, and no defect', async () => {
    const platform = await memoryPlatform(new ManualClock(START));
    const query = (): Promise<never> => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    Object.assign(platform.database.pool, { query });
    const { app } = await checkedApp(platform);
    await app.init();
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const answer = await app.inject({ method: 'GET', url: '/api/status', headers });
    await app.close();
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      detail: 'the database cannot be used now: ECONNREFUSED',
    });
  });
});

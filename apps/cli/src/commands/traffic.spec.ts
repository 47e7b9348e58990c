import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeApi } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import { traffic } from './traffic.js';

const ENV = { WAYMARK_ADMIN_TOKEN: 'a-token-of-the-admin', WAYMARK_WRITE_KEY: 'a-write-key-of-16' };
/** Free ports, a short life, and a rate that fills it. */
const ARGS = ['traffic', '--smtp-port', '0', '--webhook-port', '0', '--rate', '200', '--seconds', '1', '--json'];
const APPLIED = {
  'PUT /api/workspace': { json: { revision: 1, create: [], update: [], delete: [], unchanged: [] } },
  'GET /api/status': { json: { partitions: [{ revision: 1 }] } },
};

describe('waymark traffic', () => {
  let api: FakeApi;
  afterEach(() => api.stop());

  it('applies the shop, streams for its time, and prints the totals', async () => {
    api = await FakeApi.start({ ...APPLIED, 'POST /v1/batch': { json: { success: true } } });
    const { stdout, stderr, code } = await runCommand(traffic, [...ARGS, '--url', api.url], ENV);
    const totals = JSON.parse(stdout);
    expect(totals).toMatchObject({ failed: 0, abandoned: 0, received: 0, receivedTwice: 0 });
    expect(totals.sent).toBeGreaterThan(0);
    const batches = api.seen.filter(({ line }) => line === 'POST /v1/batch');
    expect(batches.flatMap(({ body }) => JSON.parse(body).batch).length).toBe(totals.sent);
    expect(stderr).toContain('examples/shop is in use, revision 1');
    expect(code).toBeUndefined();
  });

  it('waits for a system that is still starting', async () => {
    const starting = { status: 503, text: 'not ready' };
    api = await FakeApi.start({
      ...APPLIED,
      'PUT /api/workspace': [starting, APPLIED['PUT /api/workspace']],
      'POST /v1/batch': { json: { success: true } },
    });
    const { stdout, stderr } = await runCommand(traffic, [...ARGS, '--url', api.url], ENV);
    expect(stderr).toContain('waiting for');
    expect(JSON.parse(stdout).sent).toBeGreaterThan(0);
  });

  it('ends with an exit code when the system refuses', async () => {
    api = await FakeApi.start({ ...APPLIED, 'POST /v1/batch': { status: 401, text: 'who are you?' } });
    const { stdout, code } = await runCommand(traffic, [...ARGS, '--url', api.url], ENV);
    expect(JSON.parse(stdout)).toMatchObject({ sent: 0, failed: expect.any(Number) });
    expect(code).toBe(1);
  });

  it('does not wait for what never will be', async () => {
    api = await FakeApi.start({ 'PUT /api/workspace': { status: 401, text: 'who are you?' } });
    await expect(runCommand(traffic, [...ARGS, '--url', api.url], ENV)).rejects.toThrow('HTTP 401');
    expect(api.seen).toHaveLength(1);
  });

  it.each([
    ['a rate of nothing', ['--rate', '0']],
    ['a port that is none', ['--smtp-port', '70000']],
    ['a service that is none', ['--services', 'kettle=http://k']],
  ])('refuses %s', async (_, args) => {
    api = await FakeApi.start({});
    await expect(runCommand(traffic, ['traffic', ...args], ENV)).rejects.toThrow();
    expect(api.seen).toEqual([]);
  });

  it('says that it has no write key', async () => {
    api = await FakeApi.start({});
    const env = { WAYMARK_ADMIN_TOKEN: ENV.WAYMARK_ADMIN_TOKEN, WAYMARK_DATA_DIR: '/nowhere' };
    await expect(runCommand(traffic, ARGS, env)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@waymark/contracts';
import type { PlatformStatus } from '@waymark/platform';
import { FakeApi } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import type { Verdict } from '../verdicts.js';
import { doctor } from './doctor.js';

const PARTITION = {
  service: 'ingestion',
  topic: 'events.raw',
  partition: 0,
  nextOffset: 5,
  lag: 0,
  revision: 3,
} as const;
const PROCESS = { id: 'a', services: [...SERVICES], version: '0.1.0', skewMs: 3, stopped: [], unset: [] };
const WELL: PlatformStatus = {
  version: '0.1.0',
  now: '2026-05-04T08:00:00.000Z',
  ownClock: true,
  postgres: '18.1',
  revision: 3,
  partitions: [PARTITION],
  processes: [PROCESS],
  stopped: [],
  outbox: 0,
  mismatches: 0,
  unset: [],
  migrations: { missing: [], newer: [] },
  servers: [{ check: 'log', ok: true, says: 'in PostgreSQL, 4 partitions' }],
};

describe('waymark doctor', () => {
  let api: FakeApi | undefined;
  afterEach(async () => {
    await api?.stop();
    api = undefined;
  });

  const examined = async (
    status: Partial<PlatformStatus>,
    env: Record<string, string> = {},
  ): Promise<{ verdicts: Verdict[]; code: number | undefined }> => {
    api = await FakeApi.start({ 'GET /api/status': { json: { ...WELL, ...status } } });
    const { stdout, code } = await runCommand(doctor, ['doctor', '--json'], {
      WAYMARK_URL: api.url,
      WAYMARK_ADMIN_TOKEN: 'a-token-of-the-tests',
      ...env,
    });
    return { verdicts: JSON.parse(stdout) as Verdict[], code };
  };

  it('ends well for a system that is', async () => {
    const { verdicts, code } = await examined({});
    expect(verdicts).toEqual([
      { check: 'configuration', ok: true, says: 'valid' },
      { check: 'system', ok: true, says: 'Waymark 0.1.0, PostgreSQL 18.1' },
      { check: 'log', ok: true, says: 'in PostgreSQL, 4 partitions' },
      { check: 'migrations', ok: true, says: 'all there, none from a newer version' },
      { check: 'processes', ok: true, says: "1 alive, clocks at most 3 ms from the database's" },
      { check: 'partitions', ok: true, says: '1 at work' },
      { check: 'lag', ok: true, says: 'at most 0 records behind' },
      { check: 'outbox', ok: true, says: '0 batches wait to be published' },
      { check: 'workspace', ok: true, says: 'revision 3 in use everywhere' },
      { check: 'channels', ok: true, says: 'all variables they refer to are set' },
      { check: 'clock', ok: true, says: 'one of its own, for demos and tests, at 2026-05-04T08:00:00.000Z' },
    ]);
    expect(code).toBe(0);
  });

  it.each<[string, Partial<PlatformStatus>, string, RegExp]>([
    [
      'a partition that a defect has stopped',
      { stopped: [{ service: 'journey-state', partition: 1, error: 'x is not a function' }] },
      'partitions',
      /^journey-state\/1 stopped: x is not a function$/,
    ],
    ['a lag beyond 10,000', { partitions: [PARTITION, { ...PARTITION, lag: 10_001 }] }, 'lag', /10001/],
    [
      'a partition with an older workspace',
      { partitions: [PARTITION, { ...PARTITION, revision: 2 }] },
      'workspace',
      /^1 partition\(s\) not at revision 3 yet$/,
    ],
    [
      'channels that do not find their variables',
      { unset: ['CHANNEL_A', 'SMTP_URL'] },
      'channels',
      /not set, or not ones that WAYMARK_CHANNEL_VARIABLES names: CHANNEL_A, SMTP_URL$/,
    ],
    [
      'a server with something wrong',
      { servers: [{ check: 'kafka', ok: false, says: 'waymark.events has 3 partitions, not 4' }] },
      'kafka',
      /^waymark.events has 3 partitions, not 4$/,
    ],
    [
      'migrations that are missing',
      { migrations: { missing: ['Later2'], newer: [] } },
      'migrations',
      /^missing: Later2; run "waymark migrate"$/,
    ],
    [
      'a service that nobody runs',
      { processes: [{ ...PROCESS, services: ['ingestion', 'journey-state', 'action-dispatch'] }] },
      'processes',
      /^nobody runs personalization$/,
    ],
    [
      'processes of another version',
      { processes: [PROCESS, { ...PROCESS, id: 'b', version: '0.0.9' }] },
      'processes',
      /^some are still Waymark 0.0.9$/,
    ],
    [
      'a process with a clock that is off',
      { processes: [PROCESS, { ...PROCESS, id: 'b', skewMs: -5_001 }] },
      'processes',
      /^a clock is 5001 ms from the database's$/,
    ],
    ['an outbox that is not emptied', { outbox: 501 }, 'outbox', /^501 batches wait to be published$/],
    ['a clock that is off', { ownClock: false, now: '2000-01-01T00:00:00Z' }, 'clock', /^\d+ ms from this machine's$/],
  ])('finds %s, and ends with 1', async (_, status, check, says) => {
    const { verdicts, code } = await examined(status);
    expect(verdicts.filter(({ ok }) => !ok)).toEqual([{ check, ok: false, says: expect.stringMatching(says) }]);
    expect(code).toBe(1);
  });

  it('takes a lag of 10,000 for busy, not for ill', async () => {
    const { code } = await examined({ partitions: [{ ...PARTITION, lag: 10_000 }] });
    expect(code).toBe(0);
  });

  it('finds a mistake in the configuration, and still looks at the system', async () => {
    const { verdicts, code } = await examined({}, { WAYMARK_PARTITIONS: 'many' });
    expect(verdicts[0]).toMatchObject({ check: 'configuration', ok: false });
    expect([verdicts.length, code]).toEqual([11, 1]);
  });

  it('says what to do when there is no system', async () => {
    api = await FakeApi.start({});
    const { url } = api;
    await api.stop();
    api = undefined;
    const { stdout, code } = await runCommand(doctor, ['doctor'], {
      WAYMARK_URL: url,
      WAYMARK_ADMIN_TOKEN: 'a-token-of-the-tests',
    });
    expect(stdout.split('\n')).toEqual([
      '✓ configuration: valid',
      `✗ system: nobody answers at ${url}: start it with "waymark up", or set WAYMARK_URL`,
      '',
    ]);
    expect(code).toBe(1);
  });
});

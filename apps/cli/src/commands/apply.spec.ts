import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeApi, type Answer } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import { apply } from './apply.js';

const PLAN = { revision: 3, create: ['journey/a'], update: ['channel/b'], delete: ['offer/c'], unchanged: ['event/d'] };
const PLAN_TEXT = [
  '+ journey/a',
  '~ channel/b',
  '- offer/c',
  '1 to create, 1 to update, 1 to delete, 1 unchanged',
  '',
].join('\n');
const using = (...revisions: number[]): { json: object } => ({
  json: { partitions: revisions.map((revision) => ({ revision })), unset: [] },
});

describe('waymark plan and apply', () => {
  let folder = '';
  let api: FakeApi;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apply-'));
    await writeFile(join(folder, 'a.yaml'), 'kind: journey');
  });
  afterEach(async () => {
    await api.stop();
    await rm(folder, { recursive: true });
  });

  const run = async (status: Answer | Answer[], ...args: string[]): ReturnType<typeof runCommand> => {
    api = await FakeApi.start({ 'PUT /api/workspace': { json: PLAN }, 'GET /api/status': status });
    return runCommand(apply, [...args, folder], { WAYMARK_URL: api.url, WAYMARK_ADMIN_TOKEN: 't' });
  };
  const asked = (): string[] => api.seen.map(({ line }) => line);

  it.each([
    ['plan', ['plan']],
    ['apply --dry-run', ['apply', '--dry-run']],
  ])('%s shows what would change, and changes nothing', async (_, args) => {
    const { stdout, stderr } = await run(using(0), ...args);
    expect([stdout, stderr, asked()]).toEqual([PLAN_TEXT, '', ['PUT /api/workspace']]);
    expect(JSON.parse(api.seen[0]!.body)).toEqual({
      files: [{ path: 'a.yaml', text: 'kind: journey' }],
      dryRun: true,
    });
  });

  it('apply waits until every partition of every service uses it', async () => {
    const { stdout, stderr } = await run([using(3, 2), using(3, 4)], 'apply');
    expect([stdout, stderr]).toEqual([PLAN_TEXT, '✓ revision 3 is in use everywhere\n']);
    expect(asked()).toEqual(['PUT /api/workspace', 'GET /api/status', 'GET /api/status', 'GET /api/status']);
    expect(JSON.parse(api.seen[0]!.body)).toMatchObject({ dryRun: false });
  });

  it('prints the plan alone on standard output, as JSON for machines', async () => {
    const { stdout } = await run(using(3), 'apply', '--json');
    expect(JSON.parse(stdout)).toEqual(PLAN);
  });

  it('apply warns of variables that channels refer to and that are not there, and plan does not', async () => {
    const status = { json: { ...using(3).json, unset: ['CHANNEL_A', 'SMTP_URL'] } };
    const { stdout, stderr } = await run(status, 'apply', '--json');
    expect(JSON.parse(stdout)).toEqual(PLAN);
    expect(stderr.split('\n')).toEqual([
      '✓ revision 3 is in use everywhere',
      '! channels: they refer to environment variables that are not set, or not ones that WAYMARK_CHANNEL_VARIABLES names: CHANNEL_A, SMTP_URL',
      '',
    ]);
    await api.stop();
    expect((await run(status, 'plan')).stderr).toBe('');
  });

  it.each<[string, string[], string, string]>([
    ['plan', ['plan'], 'notes.md', 'kind: journey'],
    ['apply', ['apply'], 'notes.md', 'kind: journey'],
    [
      'apply, with scenarios alone',
      ['apply'],
      'b.yaml',
      'kind: scenario\nid: a\nstart: 2026-05-04T08:00:00Z\ntimeline: []\n',
    ],
  ])('%s: sends nothing when there are no resources, as that would delete everything', async (_, args, file, text) => {
    await rm(join(folder, 'a.yaml'));
    await writeFile(join(folder, file), text);
    await expect(run(using(3), ...args)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `${folder} has no resources: nothing was checked; applying nothing would delete everything, and that is not done`,
    });
    expect(asked()).toEqual([]);
  });

  it('sends nothing when there is no folder', async () => {
    api = await FakeApi.start({});
    const env = { WAYMARK_URL: api.url, WAYMARK_ADMIN_TOKEN: 't' };
    await expect(runCommand(apply, ['apply', join(folder, 'nowhere')], env)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(asked()).toEqual([]);
  });
});

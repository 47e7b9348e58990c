import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../testing/run-command.js';
import { validate } from './validate.js';

describe('waymark validate', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'validate-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

  it('ends with 0 and says how much there is when all is valid', async () => {
    await write('out.yaml', 'kind: channel\nid: out\ntype: log\n');
    await write('a.yaml', 'kind: scenario\nid: a\nstart: 2026-05-04T08:00:00Z\ntimeline: []\n');
    expect(await runCommand(validate, ['validate', folder])).toEqual({
      stdout: '✓ 1 resources, 1 scenarios: all valid\n',
      stderr: '',
      code: 0,
    });
  });

  it('ends with 1 and says where each mistake is', async () => {
    await write('a.yaml', 'kind: channel\nid: a\ntype: pigeon\n');
    await write('b.yaml', 'kind: robot\nid: b\n');
    const { stdout, code } = await runCommand(validate, ['validate', folder]);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/^a\.yaml:3:\d+ /),
      expect.stringMatching(/^b\.yaml:1:\d+ /),
    ]);
    expect(code).toBe(1);
  });

  it('gives machines the same as JSON', async () => {
    await write('b.yaml', 'kind: robot\nid: b\n');
    const { stdout, code } = await runCommand(validate, ['validate', folder, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ errors: [{ file: 'b.yaml', line: 1 }] });
    expect(code).toBe(1);
  });

  it.each(['there is nothing in it', 'nothing in it is read as a resource'])(
    'rejects for a folder without resources: %s',
    async (what) => {
      if (what.startsWith('nothing')) await write('notes.md', 'kind: channel\n');
      await expect(runCommand(validate, ['validate', folder, '--json'])).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: `${folder} has no resources: nothing was checked`,
      });
    },
  );

  it('takes scenarios alone for something to check', async () => {
    await write('a.yaml', 'kind: scenario\nid: a\nstart: 2026-05-04T08:00:00Z\ntimeline: []\n');
    const { stdout, code } = await runCommand(validate, ['validate', folder]);
    expect([stdout, code]).toEqual(['✓ 0 resources, 1 scenarios: all valid\n', 0]);
  });

  it('ends with 1 for a file that was cut down to nothing', async () => {
    await write('a.yaml', '');
    const { stdout, code } = await runCommand(validate, ['validate', folder]);
    expect([stdout, code]).toEqual([
      'a.yaml:1:1 the file has no resource in it: it needs kind and id, or it should be removed\n',
      1,
    ]);
  });

  it('rejects when there is no folder, or none is named', async () => {
    await expect(runCommand(validate, ['validate', join(folder, 'x')])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(runCommand(validate, ['validate'])).rejects.toMatchObject({ code: 'commander.missingArgument' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCredentials, readCredentials } from './credentials.js';

describe('credentials', () => {
  let root: string;
  let dataDir: string;
  let path: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'waymark-credentials-'));
    dataDir = join(root, 'data', 'deep');
    path = join(dataDir, 'credentials.json');
  });

  afterEach(() => rm(root, { recursive: true }));

  it('are made the first time and kept for nobody else to read', async () => {
    const { made, ...credentials } = await ensureCredentials(dataDir, {});
    expect(made).toBe(true);
    expect(credentials.writeKey).toMatch(/^[\w-]{24}$/);
    expect(credentials.adminToken).toMatch(/^[\w-]{32}$/);
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
    expect(await readCredentials(dataDir)).toEqual(credentials);
  });

  it('are the same ever after, and not told again', async () => {
    const { made: _, ...first } = await ensureCredentials(dataDir, {});
    expect(await ensureCredentials(dataDir, {})).toEqual({ ...first, made: false });
  });

  it('are no two times the same', async () => {
    const first = await ensureCredentials(dataDir, {});
    const second = await ensureCredentials(join(root, 'other'), {});
    expect([second.writeKey, second.adminToken]).not.toEqual([first.writeKey, first.adminToken]);
  });

  it('that are given go before those kept, which stay as they are', async () => {
    const { made: _, ...kept } = await ensureCredentials(dataDir, {});
    const given = await ensureCredentials(dataDir, { adminToken: 'given-admin-token' });
    expect(given).toEqual({ writeKey: kept.writeKey, adminToken: 'given-admin-token', made: false });
    expect(await readCredentials(dataDir)).toEqual(kept);
  });

  it('that are all given are not written down', async () => {
    const given = { writeKey: 'given-write-key', adminToken: 'given-admin-token' };
    expect(await ensureCredentials(dataDir, given)).toEqual({ ...given, made: false });
    expect(await readCredentials(dataDir)).toBeUndefined();
  });

  it('of which one is given: the other is made and kept', async () => {
    const first = await ensureCredentials(dataDir, { writeKey: 'given-write-key' });
    expect(first).toMatchObject({ writeKey: 'given-write-key', made: true });
    expect(await ensureCredentials(dataDir, { writeKey: 'given-write-key' })).toEqual({ ...first, made: false });
  });

  it.each(['', '{', '[]', 'null', '{"writeKey":"only-this"}', '{"writeKey":"","adminToken":"x"}', '{"writeKey":1}'])(
    'in a damaged file (%j) are not overwritten: it is said what to do',
    async (text) => {
      await ensureCredentials(dataDir, {});
      await writeFile(path, text);
      for (const read of [() => readCredentials(dataDir), () => ensureCredentials(dataDir, {})])
        await expect(read()).rejects.toMatchObject({
          code: 'INVALID_CONFIGURATION',
          message: `${path} is damaged: it must be JSON with writeKey and adminToken; remove it to have new ones made`,
        });
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('that cannot be read are not taken for missing ones', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(readCredentials(join(root, 'file'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolder, POSTGRES_MAJOR } from './data-folder.js';

/** The number of a process that has been and is no more. */
const DEAD = spawnSync(process.execPath, ['--version']).pid;
/** A process that is alive and is not this one. */
const ALIVE = process.ppid;

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'waymark-folder-'));
  path = join(parent, 'deep', 'data');
});

afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** Makes a file of the folder, and what it is in. */
async function put(name: string, text: string): Promise<void> {
  const file = join(path, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
}

const get = (name: string): Promise<string> => readFile(join(path, name), 'utf8');

describe('taking a data folder', () => {
  it('makes it where there is none, and leaves nothing but its name behind when it is released', async () => {
    const folder = await DataFolder.take(path);
    expect(await get('lock')).toBe(String(process.pid));
    expect(await readdir(path)).toEqual(['lock']);
    await folder.release();
    expect(await readdir(path)).toEqual([]);
  });

  it('is refused while another process uses it, whose lock stays', async () => {
    await put('lock', String(ALIVE));
    await expect(DataFolder.take(path)).rejects.toMatchObject({
      code: 'DATA_FOLDER_IN_USE',
      message: `${path} is used by another Waymark (process ${ALIVE}): stop it, or use another folder by --data`,
    });
    expect(await get('lock')).toBe(String(ALIVE));
    expect(await readdir(path)).toEqual(['lock']);
  });

  it.each([
    { what: 'of a process that is gone', lock: String(DEAD) },
    { what: 'of an earlier life with the same number, as in containers', lock: String(process.pid) },
    { what: 'that was not written', lock: '' },
    { what: 'that is not a number', lock: 'words' },
    { what: 'of no process', lock: '-1' },
  ])('takes over a lock $what', async ({ lock }) => {
    await put('lock', lock);
    const folder = await DataFolder.take(path);
    expect(await get('lock')).toBe(String(process.pid));
    await folder.release();
  });
});

describe('what a data folder is', () => {
  it('is written once, for its owner alone, and read from then on', async () => {
    const first = await DataFolder.take(path);
    const made = await first.describe();
    await first.release();
    expect(made).toEqual({ layout: 1, postgres: POSTGRES_MAJOR, password: expect.stringMatching(/^[\w-]{24}$/) });
    expect((await stat(join(path, 'data.json'))).mode & 0o777).toBe(0o600);
    const second = await DataFolder.take(path);
    expect(await second.describe()).toEqual(made);
    expect((await readdir(path)).sort()).toEqual(['data.json', 'lock']);
  });

  it('has a password of its own', async () => {
    const [one, other] = [await DataFolder.take(path), await DataFolder.take(join(parent, 'other'))];
    expect((await one.describe()).password).not.toBe((await other.describe()).password);
  });

  it.each([
    { what: 'empty', text: '' },
    { what: 'cut off', text: '{"layout":1,"postg' },
  ])('is made anew where it is $what and there is no database, as after a full disk', async ({ text }) => {
    await put('data.json', text);
    const folder = await DataFolder.take(path);
    const made = await folder.describe();
    expect(JSON.parse(await get('data.json'))).toEqual(made);
  });

  it.each([
    { what: 'missing', text: undefined },
    { what: 'damaged', text: '{"lay' },
  ])('is asked for where it is $what and there is a database, as the password is in it', async ({ text }) => {
    await put('postgres/PG_VERSION', `${POSTGRES_MAJOR}\n`);
    if (text !== undefined) await put('data.json', text);
    const folder = await DataFolder.take(path);
    await expect(folder.describe()).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(`${join(path, 'data.json')} is missing or damaged`),
    });
  });

  it('is refused when a newer Waymark made it', async () => {
    await put('data.json', JSON.stringify({ layout: 2, postgres: 99, password: 'secret' }));
    const folder = await DataFolder.take(path);
    await expect(folder.describe()).rejects.toMatchObject({
      code: 'DATA_FOLDER_VERSION',
      message: `${path} was made by a newer Waymark (layout 2, this one knows 1): use that version, or another folder by --data`,
    });
  });

  it.each(['17', '19'])('is refused when its database is of PostgreSQL %s', async (major) => {
    await put('data.json', JSON.stringify({ layout: 1, postgres: Number(major), password: 'secret' }));
    await put('postgres/PG_VERSION', `${major}\n`);
    const folder = await DataFolder.take(path);
    await expect(folder.describe()).rejects.toMatchObject({
      code: 'DATA_FOLDER_VERSION',
      message: expect.stringContaining(`holds a PostgreSQL ${major} database, this Waymark brings ${POSTGRES_MAJOR}`),
    });
  });
});

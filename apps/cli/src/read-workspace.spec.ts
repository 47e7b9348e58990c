import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readWorkspace } from './read-workspace.js';

describe('readWorkspace', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workspace-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (...paths: string[]): Promise<void> => {
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), `text of ${path}`);
    }
  };
  const paths = async (): Promise<string[]> => (await readWorkspace(folder)).map(({ path }) => path);

  it('reads a folder with all folders in it, by the paths from there, in one order', async () => {
    await write('z.yaml', 'journeys/b.yaml', 'journeys/a.yaml', 'journeys/deep/er/c.yml', 'a.json');
    expect(await readWorkspace(folder)).toEqual(
      ['a.json', 'journeys/a.yaml', 'journeys/b.yaml', 'journeys/deep/er/c.yml', 'z.yaml'].map((path) => ({
        path,
        text: `text of ${path}`,
      })),
    );
  });

  it('reads the files that resources are made of, and no others', async () => {
    const read = ['a.html', 'a.json', 'a.liquid', 'a.md', 'a.mjml', 'a.txt', 'a.yaml', 'a.yml'];
    await write(...read, 'a.png', 'a.ts', 'a.YAML.bak', 'a', '.env', 'a.yaml~');
    expect(await paths()).toEqual(read);
  });

  it('skips what is installed and what is version control', async () => {
    await write('a.yaml', 'node_modules/b/b.yaml', '.git/c.yaml', 'deep/node_modules/d.json', 'node_modules.yaml');
    expect(await paths()).toEqual(['a.yaml', 'node_modules.yaml']);
  });

  it('keeps text as it is written', async () => {
    const text = '\uFEFFname: Zoë 顧客 🛒\r\n';
    await writeFile(join(folder, 'a.yaml'), text);
    expect(await readWorkspace(folder)).toEqual([{ path: 'a.yaml', text }]);
  });

  it('takes a single file for a workspace of one, whatever it is called', async () => {
    await write('a.scenario');
    const path = join(folder, 'a.scenario');
    expect(await readWorkspace(path)).toEqual([{ path, text: 'text of a.scenario' }]);
  });

  it('finds nothing in an empty folder, and says so when there is no folder', async () => {
    expect(await paths()).toEqual([]);
    const path = join(folder, 'nowhere');
    await expect(readWorkspace(path)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `there is no folder or file ${path}`,
    });
  });
});

import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { WaymarkError } from '@waymark/contracts';
import type { WorkspaceFile } from '@waymark/workspace';

const KINDS_OF_FILES = new Set(['.yaml', '.yml', '.json', '.mjml', '.html', '.txt', '.liquid', '.md']);
const SKIPPED = new Set(['node_modules', '.git']);

/** The files of a workspace folder, recursively, by their paths relative to it. A single file is a workspace of one. */
export async function readWorkspace(path: string): Promise<WorkspaceFile[]> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new WaymarkError('NOT_FOUND', `there is no folder or file ${path}`, { cause });
  });
  if (info.isFile()) return [{ path, text: await readFile(path, 'utf8') }];
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile() && KINDS_OF_FILES.has(extname(entry.name)));
  const paths = files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(path, file)
          .split(sep)
          .some((part) => SKIPPED.has(part)),
    );
  return Promise.all(
    paths.sort().map(async (file) => ({ path: relative(path, file), text: await readFile(file, 'utf8') })),
  );
}

import { createHash } from 'node:crypto';
import { WaymarkError, type Resource, type VersionId } from '@waymark/contracts';
import type { WorkspaceFile } from '@waymark/ingestion-service';
import { checkWorkspace } from '@waymark/workspace';

/** Turns files into resources; throws INVALID_RESOURCE that lists every mistake with file, line and column. */
export function checkedResources(files: readonly WorkspaceFile[]): { resource: Resource; version: VersionId }[] {
  const { resources, errors } = checkWorkspace(files, sha256);
  if (errors.length === 0) return resources;
  const lines = errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw new WaymarkError('INVALID_RESOURCE', `the workspace has ${errors.length} mistake(s):\n${lines.join('\n')}`, {
    errors: errors.map(({ path, code, message, file, line, column }) => ({
      path,
      code,
      detail: message,
      file,
      line,
      column,
    })),
  });
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

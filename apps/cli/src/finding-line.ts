import pc from 'picocolors';
import type { WorkspaceError } from '@waymark/workspace';

/** A mistake in a workspace, for people: where, and what would be right. */
export function findingLine({ file, line, column, message }: WorkspaceError): string {
  return `${pc.bold(`${file}:${line}:${column}`)} ${message}`;
}

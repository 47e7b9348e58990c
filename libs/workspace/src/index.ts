export * from './check-workspace.js';
export type { Sha256 } from './content-address.js';
export { parseFiles, type WorkspaceFile } from './parse-files.js';
export type { WorkspaceError } from './workspace-error.js';
export * from './parse-yaml.js';

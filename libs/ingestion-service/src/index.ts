export type { Accepted, Rejected, Sender } from './accept/acceptor.js';
export { GroupAppend } from './accept/group-append.js';
export { toRecord } from './accept/acceptor.js';
export { toRawEvent } from './accept/to-raw-event.js';
export * from './create-ingestion.js';
export type { CustomerMerge } from './customer-api.js';
export { IngestionModule } from './http/ingestion.module.js';
export type { CheckWorkspace, Plan, WorkspaceFile } from './workspace-api.js';

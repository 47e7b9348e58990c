import { createPostgresBackend } from 'bullmq';
import type { JobBackend } from './job-backend.js';

/** Connections at most, for adding and for working each. */
const POOL_MAX = 4;

export interface PostgresJobsOptions {
  /** `postgres://user:password@host:port/database` */
  connectionString: string;
  /** The schema of BullMQ's own tables; made and kept up to date by it. */
  schema: string;
}

/** Jobs in PostgreSQL, on connections that BullMQ makes and closes. */
export function postgresBackend({ connectionString, schema }: PostgresJobsOptions): JobBackend {
  const connection = { connectionString, schema, max: POOL_MAX, migrate: true };
  return {
    create: (name, options, how) => createPostgresBackend(name, { ...options, connection }, how),
    ready: async () => undefined,
    answers: async () => true,
    close: async () => undefined,
  };
}

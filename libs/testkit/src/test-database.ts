import { randomUUID } from 'node:crypto';
import { Database } from '@waymark/postgres';
import pg from 'pg';
import { askKeeper } from './ask-keeper.js';

export interface TestDatabase {
  database: Database;
  url: string;
  /** Empties all tables of a schema. */
  empty(schema: string): Promise<void>;
  /** Closes the connection and drops the database. */
  drop(): Promise<void>;
}

/**
 * A migrated database of its own, cloned from the template: a few milliseconds. Or one that was never migrated. Outside the
 * integration project ask in a suite of `describeWith`, as PostgreSQL starts when the first spec asks for it.
 */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const { address: template } = await askKeeper('postgres');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const from = new URL(template);
  const url = new URL(template);
  url.pathname = `/${name}`;
  await administer(from, `create database ${name} template ${migrated ? from.pathname.slice(1) : 'template0'}`);
  const database = await Database.connect({ url: url.href, poolMax: 10, applicationName: name });
  return {
    database,
    url: url.href,
    async empty(schema) {
      const query = `select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables where schemaname = $1`;
      const { rows } = await database.pool.query<{ tables: string }>(query, [schema]);
      await database.pool.query(`truncate ${rows[0]!.tables}`);
    },
    async drop() {
      await database.close();
      await administer(from, `drop database ${name} with (force)`);
    },
  };
}

/** Runs a statement from the maintenance database, as a template must have no connections. */
async function administer(template: URL, statement: string): Promise<void> {
  const url = new URL(template);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

import { randomUUID } from 'node:crypto';
import { Database } from '@waymark/postgres';
import pg from 'pg';

export interface TestDatabase {
  database: Database;
  url: string;
  /** Closes the connection and drops the database. */
  drop(): Promise<void>;
}

/** A migrated database of its own, cloned from the template: a few milliseconds. Needs the integration project's global setup. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = process.env['WAYMARK_TEST_TEMPLATE_URL'];
  if (template === undefined)
    throw new Error('there is no template database: run this test in the integration project');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const from = new URL(template);
  const url = new URL(template);
  url.pathname = `/${name}`;
  await administer(from, `create database ${name} template ${from.pathname.slice(1)}`);
  const database = await Database.connect({ url: url.href, poolMax: 10, applicationName: name });
  return {
    database,
    url: url.href,
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

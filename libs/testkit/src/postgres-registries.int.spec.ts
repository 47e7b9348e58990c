import { afterAll, beforeAll } from '@jest/globals';
import { sourceRegistrySuite, workspaceRegistrySuite } from '@waymark/ports/suites';
import { PostgresSourceRegistry, PostgresWorkspaceRegistry } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

sourceRegistrySuite('PostgreSQL', async () => {
  await test.empty('ingestion');
  return new PostgresSourceRegistry(test.database);
});

workspaceRegistrySuite('PostgreSQL', async () => {
  await test.empty('ingestion');
  return new PostgresWorkspaceRegistry(test.database);
});

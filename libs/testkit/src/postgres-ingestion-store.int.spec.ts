import { afterAll, beforeAll } from '@jest/globals';
import { ingestionStoreSuite } from '@waymark/ports/suites';
import { PostgresIngestionStore } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

ingestionStoreSuite('PostgreSQL', async () => {
  await test.empty('ingestion');
  return new PostgresIngestionStore({ database: test.database });
});

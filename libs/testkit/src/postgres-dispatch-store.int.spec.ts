import { afterAll, beforeAll } from '@jest/globals';
import { dispatchStoreSuite } from '@waymark/ports/suites';
import { PostgresDispatchStore } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

dispatchStoreSuite('PostgreSQL', async () => {
  await test.empty('dispatch');
  return new PostgresDispatchStore({ database: test.database });
});

import { afterAll, beforeAll } from '@jest/globals';
import { personalizationStoreSuite } from '@waymark/ports/suites';
import { PostgresPersonalizationStore } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

personalizationStoreSuite('PostgreSQL', async () => {
  await test.empty('personalization');
  return new PostgresPersonalizationStore({ database: test.database });
});

import { afterAll, beforeAll } from '@jest/globals';
import { journeyStoreSuite } from '@waymark/ports/suites';
import { PostgresJourneyStore } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test.drop();
});

journeyStoreSuite('PostgreSQL', async () => {
  await test.empty('journey');
  return new PostgresJourneyStore({ database: test.database });
});

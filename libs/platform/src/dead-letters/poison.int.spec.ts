import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresEventLog } from '@waymark/embedded-log';
import { ManualClock } from '@waymark/ports';
import {
  PostgresDispatchStore,
  PostgresIngestionStore,
  PostgresJourneyStore,
  PostgresPersonalizationStore,
} from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from '@waymark/testkit';
import { PoisonRing } from '../testing/poison-ring.js';
import { VALID } from '../testing/poison-records.js';
import { POISONS } from '../testing/poisons.js';

const START = Date.parse('2026-05-04T08:00:00Z');

/** A database refuses what memory keeps: NUL in texts, numbers too large, keys too long. */
describe('one bad record never stops a partition, on PostgreSQL (P5)', () => {
  let test: TestDatabase;
  let ring: PoisonRing;

  beforeAll(async () => {
    test = await createTestDatabase();
    const log = await PostgresEventLog.open(test.database, 1);
    const stores = { database: test.database, appendOutputs: log.appendInTransaction };
    ring = await PoisonRing.on({
      log,
      clock: new ManualClock(START),
      ingestion: new PostgresIngestionStore(stores),
      journey: new PostgresJourneyStore(stores),
      personalization: new PostgresPersonalizationStore(stores),
      dispatch: new PostgresDispatchStore(stores),
    });
  });
  afterAll(() => test.drop());

  it.each(POISONS.map((poison, i) => ({ ...poison, i })))('$topic: $what', async ({ i, ...poison }) => {
    const { makes } = VALID[poison.topic];
    const twice = makes.flatMap((each) => [each, each]);
    expect(await ring.take(poison, String(i))).toEqual({
      poison: [...poison.becomes],
      neighbours: expect.arrayContaining(twice),
    });
  });
});

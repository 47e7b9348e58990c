import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, SystemClock, type Clock } from '@waymark/ports';
import { jobQueueSuite } from '@waymark/ports/suites';
import { createTestDatabase, type TestDatabase } from '@waymark/testkit';
import { BullMqJobQueue } from './bullmq-job-queue.js';

let database: TestDatabase;
let schemas = 0;
const errors: Error[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

function open(clock: Clock, schema = `jobs_${(schemas += 1)}`): BullMqJobQueue {
  return new BullMqJobQueue({ connectionString: database.url, schema, clock, onError: (error) => errors.push(error) });
}

jobQueueSuite('BullMQ on Postgres, with a driven clock', async () => {
  const clock = new ManualClock(1_700_000_000_000);
  return {
    queue: open(clock),
    now: () => clock.now(),
    async elapse(ms) {
      clock.moveTo(clock.now() + ms);
    },
  };
});

describe('BullMqJobQueue', () => {
  it('keeps jobs over a restart, on a driven clock too', async () => {
    const clock = new ManualClock(0);
    const before = open(clock, 'restarted');
    await before.add([{ id: 'kept', dueAt: 3_600_000, data: { actionId: 'a' } }]);
    await before.close();

    const after = open(clock, 'restarted');
    const ran = new Promise((resolve) => {
      void after.work(async (job) => resolve(job)).then(() => clock.moveTo(3_600_000));
    });
    expect(await ran).toEqual({ id: 'kept', dueAt: 3_600_000, data: { actionId: 'a' } });
    await after.close();
  });

  it("follows the machine's own clock by BullMQ's delay", async () => {
    const clock = new SystemClock();
    const queue = open(clock);
    const dueAt = clock.now() + 300;
    const ranAt = new Promise<number>((resolve) => void queue.work(async () => resolve(clock.now())));
    await queue.add([{ id: 'soon', dueAt, data: {} }]);
    expect(await ranAt).toBeGreaterThanOrEqual(dueAt);
    await queue.close();
    expect(errors).toEqual([]);
  });

  it('says that the database is away', async () => {
    const nobody = new BullMqJobQueue({
      connectionString: 'postgres://nobody@127.0.0.1:1/none',
      schema: 'jobs',
      clock: new SystemClock(),
      onError: () => undefined,
    });
    await expect(nobody.add([{ id: 'a', dueAt: 0, data: {} }])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await nobody.close();
  });
});

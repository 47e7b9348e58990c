import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, SystemClock, type Clock } from '@waymark/ports';
import { jobQueueSuite } from '@waymark/ports/suites';
import { createTestDatabase, describeWith, testRedis, type TestDatabase } from '@waymark/testkit';
import type { PostgresJobsOptions } from './backends/postgres-backend.js';
import type { RedisJobsOptions } from './backends/redis-backend.js';
import { BullMqJobQueue } from './bullmq-job-queue.js';

type Store = PostgresJobsOptions | RedisJobsOptions;

const errors: Error[] = [];

function open(store: Store, clock: Clock): BullMqJobQueue {
  return new BullMqJobQueue({ ...store, clock, onError: (error) => errors.push(error) });
}

/** What holds for every store: `fresh` is a place of its own in it, `nobody` a place where there is none. */
function queueSuite(name: string, fresh: () => Promise<Store>, nobody: Store): void {
  jobQueueSuite(`BullMQ on ${name}, with a driven clock`, async () => {
    const clock = new ManualClock(1_700_000_000_000);
    return {
      queue: open(await fresh(), clock),
      now: () => clock.now(),
      async elapse(ms) {
        clock.moveTo(clock.now() + ms);
      },
    };
  });

  describe(`BullMqJobQueue on ${name}`, () => {
    it('keeps jobs over a restart, on a driven clock too', async () => {
      const clock = new ManualClock(0);
      const store = await fresh();
      const before = open(store, clock);
      await before.add([{ id: 'kept', dueAt: 3_600_000, data: { actionId: 'a' } }]);
      await before.close();

      const after = open(store, clock);
      const ran = new Promise((resolve) => {
        void after.work(async (job) => resolve(job)).then(() => clock.moveTo(3_600_000));
      });
      expect(await ran).toEqual({ id: 'kept', dueAt: 3_600_000, data: { actionId: 'a' } });
      await after.close();
    });

    it("follows the machine's own clock by BullMQ's delay", async () => {
      const clock = new SystemClock();
      const queue = open(await fresh(), clock);
      const dueAt = clock.now() + 300;
      const ranAt = new Promise<number>((resolve) => void queue.work(async () => resolve(clock.now())));
      await queue.add([{ id: 'soon', dueAt, data: {} }]);
      expect(await ranAt).toBeGreaterThanOrEqual(dueAt);
      await queue.close();
      expect(errors).toEqual([]);
    });

    it('gives each job to one of those who work', async () => {
      const clock = new SystemClock();
      const store = await fresh();
      const [one, two] = [open(store, clock), open(store, clock)];
      const ran: string[] = [];
      const all = new Promise<void>((resolve) => {
        const handler = async ({ id }: { id: string }): Promise<void> => {
          ran.push(id);
          if (ran.length === 100) resolve();
        };
        void Promise.all([one.work(handler), two.work(handler)]);
      });
      const ids = Array.from({ length: 100 }, (_, nth) => `job ${nth}`);
      await one.add(ids.slice(0, 50).map((id) => ({ id, dueAt: 0, data: {} })));
      await two.add(ids.slice(50).map((id) => ({ id, dueAt: 0, data: {} })));
      await all;
      await Promise.all([one.close(), two.close()]);
      expect(ran.sort()).toEqual(ids.sort());
    });

    it('says that the store is away', async () => {
      const queue = open(nobody, new SystemClock());
      const unavailable = { code: 'STORE_UNAVAILABLE', kind: 'transient' };
      await expect(queue.add([{ id: 'a', dueAt: 0, data: {} }])).rejects.toMatchObject(unavailable);
      await expect(queue.size()).rejects.toMatchObject(unavailable);
      await expect(queue.work(async () => undefined)).rejects.toMatchObject(unavailable);
      await queue.close();
      errors.splice(0);
    });
  });
}

describe('on Postgres', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  let schemas = 0;
  queueSuite('Postgres', async () => ({ connectionString: database.url, schema: `jobs_${(schemas += 1)}` }), {
    connectionString: 'postgres://nobody@127.0.0.1:1/none',
    schema: 'jobs',
  });
});

describeWith('redis', 'on Redis', () => {
  queueSuite('Redis', async () => ({ redisUrl: (await testRedis()).url, prefix: randomUUID() }), {
    redisUrl: 'redis://127.0.0.1:1',
    prefix: 'jobs',
  });
});

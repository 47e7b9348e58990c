import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresIngestionStore, ProcessRegistry, type SeenProcess } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const PROCESS: Omit<SeenProcess, 'skewMs'> = {
  id: 'a',
  services: ['ingestion', 'journey-state'],
  version: '0.1.0',
  stopped: [{ service: 'ingestion', partition: 3, error: 'x is not a function' }],
  unset: ['SMTP_URL'],
};

let test: TestDatabase;
let registry: ProcessRegistry;

beforeAll(async () => {
  test = await createTestDatabase();
  registry = new ProcessRegistry(test.database);
});
beforeEach(() => test.empty('runtime'));
afterAll(() => test.drop());

async function databaseMs(): Promise<number> {
  const { rows } = await test.database.pool.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms',
  );
  return rows[0]!.ms;
}

describe('ProcessRegistry', () => {
  it('tells of the processes that live what they said last', async () => {
    await registry.report({ ...PROCESS, stopped: [] }, await databaseMs());
    await registry.report(PROCESS, await databaseMs());
    await registry.report({ ...PROCESS, id: 'b', services: ['action-dispatch'] }, await databaseMs());
    const living = await registry.living();
    expect(living.map(({ skewMs: _, ...rest }) => rest)).toEqual([
      { ...PROCESS, id: 'b', services: ['action-dispatch'] },
      PROCESS,
    ]);
  });

  it.each([-60_000, 0, 60_000])("measures a clock that is %d ms off the database's", async (off) => {
    await registry.report(PROCESS, (await databaseMs()) + off);
    const [seen] = await registry.living();
    expect(Math.abs(seen!.skewMs - off)).toBeLessThan(10_000);
  });

  it('forgets a process that ended, and one that was not heard of for a minute', async () => {
    for (const id of ['ended', 'silent', 'alive']) await registry.report({ ...PROCESS, id }, await databaseMs());
    await registry.remove('ended');
    await test.database.pool.query(
      `update runtime.processes set seen_at = seen_at - interval '61 seconds' where id = 'silent'`,
    );
    expect((await registry.living()).map(({ id }) => id)).toEqual(['alive']);
  });

  it('tells how far each service has come, and what waits in its outbox', async () => {
    const store = new PostgresIngestionStore({ database: test.database });
    const from = await store.progress(2);
    const to = { ...from, version: 1, nextOffset: 9, nextSequence: 1 };
    const outputs = [{ topic: 'events', key: 'ada', value: '{}' } as const];
    expect(await registry.progress()).toEqual([]);
    await store.save({ partition: 2, from, to, outputs, now: 0 });
    expect(await registry.progress()).toEqual([
      { service: 'ingestion', partition: 2, nextOffset: 9, revision: 0, outbox: 1 },
    ]);
    await store.clear({ partition: 2, version: 1 });
    expect((await registry.progress())[0]).toMatchObject({ outbox: 0 });
  });
});

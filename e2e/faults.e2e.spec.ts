import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, describeWith, testKafka, testRedis, type TestDatabase } from '@waymark/testkit';
import { killAll } from './faults/cluster/service-process.js';
import { isClean } from './faults/ledger/judge.js';
import type { RoundPlan } from './faults/plan-faults.js';
import { roundText } from './faults/report.js';
import { runRound } from './faults/run-round.js';
import { sharedServers, type Servers } from './faults/servers/servers.js';

/** A process is killed, connections are lost and commits not answered; `npm run test:faults` has the others. */
const PLAN: RoundPlan = {
  seed: 1,
  round: 0,
  calls: 500,
  faults: 3,
  calm: true,
  only: ['kill', 'connections-cut', 'commit-unanswered'],
};
/** Of the run's Redis; nobody else uses it. */
const REDIS_DATABASE = 7;

describeWith(['postgres', 'redis', 'kafka'], 'a cluster of two replicas of each service', () => {
  let test: TestDatabase;
  let servers: Servers;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waymark-faults-'));
    test = await createTestDatabase();
    const [{ url }, { brokers }] = await Promise.all([testRedis(), testKafka()]);
    const redis = new URL(url);
    redis.pathname = `/${REDIS_DATABASE}`;
    servers = sharedServers({ postgres: test.url, redis: redis.href, kafka: brokers.join(',') });
  });

  afterAll(async () => {
    killAll();
    await test.drop();
  });

  it('loses, doubles and disorders nothing while processes and connections are lost (P1, P2, P3)', async () => {
    const result = await runRound(PLAN, servers, join(folder, 'round'));
    expect(isClean(result.verdict) ? 'clean' : `${roundText(PLAN, result)}\nlogs and ledger: ${folder}`).toBe('clean');
    expect(result.ledger.faults).toHaveLength(PLAN.faults);
    await rm(folder, { recursive: true });
  }, 300_000);
});

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient, applyFiles } from '@waymark/cli';
import { ADMIN_TOKEN, Cluster, WRITE_KEY } from './cluster/cluster.js';
import { migrate } from './cluster/migrate.js';
import { ROOT } from './cluster/project-root.js';
import { Injector } from './inject/injector.js';
import type { Scene } from './inject/scene.js';
import { judge, type Verdict } from './ledger/judge.js';
import { Ledger } from './ledger/ledger.js';
import { Provider } from './ledger/provider.js';
import { comeToRest } from './observe/come-to-rest.js';
import { observe } from './observe/observe.js';
import { planFaults, type PlannedFault, type RoundPlan } from './plan-faults.js';
import { administer } from './servers/administer.js';
import { flushRedis } from './servers/flush-redis.js';
import { PostgresProxy } from './servers/postgres-proxy.js';
import type { Servers } from './servers/servers.js';
import { KafkaProducer } from './traffic/kafka-producer.js';
import { makeTraffic } from './traffic/make-traffic.js';
import { Producer } from './traffic/producer.js';
import { until } from './until.js';

const PARTITIONS = 4;
const WORKSPACE = join(ROOT, 'e2e/faults/workspace');
/** Until as many calls are taken as a fault waits for, in milliseconds. */
const LOAD_MS_MAX = 900_000;
/** Calls sent at a time while faults go on and those of the plan are sent. */
const ENCORE = 100;

export interface RoundResult {
  verdict: Verdict;
  ledger: Ledger;
  /** Lines of level `error` in the processes' logs. */
  errors: string[];
  /** Until the processes were ready, until all was taken and healed, until the ring was at rest and judged. */
  seconds: { up: number; load: number; rest: number };
}

/** One round: a database, topics and eight processes of its own on the run's servers; load, faults, rest, verdict. */
export async function runRound(plan: RoundPlan, servers: Servers, folder: string): Promise<RoundResult> {
  const watch = stopwatch();
  mkdirSync(folder, { recursive: true });
  const ledger = new Ledger(join(folder, 'ledger.jsonl'));
  const provider = new Provider(ledger, plan);
  const channels = await provider.open();
  // Of servers that others use too.
  const name = `faults_${randomUUID().slice(0, 8)}`;
  const databaseUrl = await createDatabase(servers.postgres.address, name);
  const proxy = new PostgresProxy(databaseUrl);
  // The second start of a program need not compile it again.
  const cache = { NODE_COMPILE_CACHE: join(folder, '../compiled') };
  const env = {
    ...channels,
    ...cache,
    ...environment(servers, { databaseUrl: await proxy.open(), topicPrefix: `${name}.` }),
  };
  const cluster = new Cluster({ env, folder });
  const scene = { cluster, servers, databaseUrl, proxy, topicPrefix: `${name}.`, partitions: PARTITIONS, folder };
  try {
    await flushRedis(servers.redis.address);
    await migrate(databaseUrl);
    await cluster.start();
    const client = new ApiClient({ url: cluster.urls('ingestion')[0]!, token: ADMIN_TOKEN });
    await applyFiles(client, WORKSPACE, { dryRun: false });
    const up = watch();
    const failures = await play(plan, scene, ledger);
    const load = watch();
    const verdict = await pass(failures, scene, ledger);
    const errors = cluster.processes.flatMap((process) => process.errors);
    return { verdict, ledger, errors, seconds: { up, load, rest: watch() } };
  } finally {
    await cluster.remove();
    await proxy.close();
    await provider.close();
    await administer(servers.postgres.address, `drop database ${name} with (force)`);
  }
}

/** Load and faults, at the same time: there is load until the last fault has healed. Resolves with what did not come to its end. */
async function play(plan: RoundPlan, scene: Scene, ledger: Ledger): Promise<string[]> {
  const { cluster, servers, topicPrefix } = scene;
  const kafka = new KafkaProducer({ brokers: servers.kafka.address, topic: `${topicPrefix}events.raw` });
  await kafka.open();
  const producer = new Producer({ cluster, kafka, ledger, seed: plan.seed + plan.round });
  const injector = new Injector(scene);
  let isOver = false;
  const faults = Promise.allSettled(planFaults(plan).map((fault) => happen(fault, injector, ledger))).finally(() => {
    isOver = true;
  });
  const load = sendUntil(() => isOver, producer, plan);
  const ends = [...(await Promise.allSettled([load])), ...(await faults)];
  await kafka.close();
  return ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
}

/** The calls of the plan, and then more as long as it is not over. */
async function sendUntil(isOver: () => boolean, producer: Producer, { seed, round, calls }: RoundPlan): Promise<void> {
  let from = 0;
  do {
    const next = makeTraffic({ seed: seed * 31 + round + from, count: from === 0 ? calls : ENCORE, from });
    await producer.send(next);
    from += next.length;
  } while (!isOver());
}

/** Waits for rest, asks the system, and passes the verdict. */
async function pass(
  failures: readonly string[],
  { cluster, partitions, folder }: Scene,
  ledger: Ledger,
): Promise<Verdict> {
  const stuck = [...failures, ...(await comeToRest(cluster, partitions, ledger))];
  const sent = [...ledger.sent.values()];
  const customers = [...new Set(sent.map(({ call }) => call.customer))];
  const observed = await observe(cluster, { customers, partitions, stuck, folder });
  const { received, faults } = ledger;
  return judge({ sent, received, faults, observed });
}

async function happen(fault: PlannedFault, injector: Injector, ledger: Ledger): Promise<void> {
  await until(`${fault.at} calls to be taken`, LOAD_MS_MAX, () => ledger.accepted >= fault.at);
  ledger.injected(await injector.inject(fault));
}

async function createDatabase(address: string, name: string): Promise<string> {
  await administer(address, `create database ${name}`);
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}

function environment(
  servers: Servers,
  { databaseUrl, topicPrefix }: { databaseUrl: string; topicPrefix: string },
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    REDIS_URL: servers.redis.address,
    KAFKA_BROKERS: servers.kafka.address,
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_REPLICATION_FACTOR: '1',
    WAYMARK_PARTITIONS: String(PARTITIONS),
    WAYMARK_HTTP_PORT: '0',
    WAYMARK_WRITE_KEY: WRITE_KEY,
    WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN,
    WAYMARK_EGRESS_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'info',
  };
}

/** Tells the seconds since it was asked last. */
function stopwatch(): () => number {
  let before = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - before) / 1_000;
    before = now;
    return seconds;
  };
}

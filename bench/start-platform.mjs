// The platform under test: as one process on its embedded defaults, or as a process for each service on Kafka and Redis.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEmbeddedServer } from '../libs/postgres/dist/index.js';

export const WRITE_KEY = 'bench-write-key-0000';
export const ADMIN_TOKEN = 'bench-admin-token-000';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const SERVICES = ['ingestion', 'journey-state', 'personalization', 'action-dispatch'];

/**
 * Resolves with the address of ingestion (of all, standalone), the database's URL, the addresses of all processes, and what
 * ends the processes and then the servers.
 */
export function startPlatform(mode, dataDir, env) {
  return mode === 'cluster' ? startCluster(env) : startStandalone(dataDir, env);
}

async function startStandalone(dataDir, env) {
  const server = await startEmbeddedServer(`${dataDir}/database`);
  const args = [path('../apps/cli/dist/main.js'), 'up', '--port', '0', '--data', `${dataDir}/platform`];
  const running = await startProcess(args, { ...env, DATABASE_URL: server.url });
  return {
    address: running.address,
    databaseUrl: server.url,
    addresses: [running.address],
    servers: 'embedded PostgreSQL',
    endProcesses: running.end,
    endServers: () => server.stop(),
  };
}

async function startCluster(env) {
  const { startOwnKafka, startOwnPostgres, startOwnRedis } = await import('../libs/testkit/dist/own-servers.js');
  const [postgres, redis, kafka] = await Promise.all([startOwnPostgres(), startOwnRedis(), startOwnKafka()]);
  const connections = {
    ...env,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    KAFKA_BROKERS: kafka.brokers.join(','),
    WAYMARK_HTTP_PORT: '0',
  };
  await finished([path('../apps/cli/dist/main.js'), 'migrate'], { DATABASE_URL: postgres.url });
  const running = await Promise.all(
    SERVICES.map((service) => startProcess([path(`../apps/${service}/dist/main.js`)], connections)),
  );
  const servers = [kafka, redis, postgres].map(({ server }) => server);
  return {
    address: running[0].address,
    databaseUrl: postgres.url,
    addresses: running.map(({ address }) => address),
    servers: `PostgreSQL (${postgres.server.way}), Kafka (${kafka.server.way}), Redis (${redis.server.way}) on the same machine`,
    endProcesses: () => Promise.all(running.map(({ end }) => end())),
    endServers: () => Promise.all(servers.map((server) => server.remove())),
  };
}

async function startProcess(args, env) {
  const child = launch(args, env);
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.includes('"msg":"ready"')) continue;
    child.stderr.resume();
    return { address: JSON.parse(line).url, end: () => end(child) };
  }
  throw new Error(`${args.join(' ')} did not start`);
}

async function finished(args, env) {
  const child = launch(args, env);
  child.stderr.resume();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}

function launch(args, env) {
  return spawn(process.execPath, ['--no-warnings', ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function end(child) {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

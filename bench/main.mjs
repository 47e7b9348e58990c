// npm run bench [-- --events N --customers N --seed S]
// Events a second through the whole ring (HTTP, four services, deliveries and their outcomes, on the embedded PostgreSQL),
// and beside it, in the same run and on the same server, the floor: bare batched upserts from one client.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ApiClient, OutsideWorld, applyFiles, generateWeek } from '../apps/cli/dist/index.js';
import { Database, startEmbeddedServer } from '../libs/postgres/dist/index.js';

const CLI = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url));
const SHOP = fileURLToPath(new URL('../examples/shop', import.meta.url));
const WRITE_KEY = 'bench-write-key-0000';
const ADMIN_TOKEN = 'bench-admin-token-000';
const BATCH = 100;
const CONNECTIONS = 8;
const FLOOR_BATCH = 500;
const FLOOR_ROWS = 100_000;

const { values } = parseArgs({
  options: { customers: { type: 'string', default: '2500' }, seed: { type: 'string', default: '1' } },
});

/** The week's events without their times, as fast as they can be sent. */
function events() {
  const week = generateWeek({ seed: Number(values.seed), customers: Number(values.customers), start: 0 });
  return week.map(({ call: { timestamp: _, ...call } }) => call);
}

async function floor(url) {
  const database = await Database.connect({ url, poolMax: 1, applicationName: 'bench-floor' });
  await database.pool.query('create table if not exists public.floor (id text primary key, version bigint, body json)');
  const text =
    'insert into public.floor select * from unnest($1::text[], $2::bigint[], $3::json[]) on conflict (id) do update set version = excluded.version, body = excluded.body';
  const body = JSON.stringify({ traits: { email: 'someone@example.com' }, counters: { 'Product Viewed': 3 } });
  const startedAt = performance.now();
  for (let row = 0; row < FLOOR_ROWS; row += FLOOR_BATCH) {
    const ids = Array.from({ length: FLOOR_BATCH }, (_, i) => `c${(row + i) % 20_000}`);
    await database.pool.query({ name: 'floor', text, values: [ids, ids.map(() => row), ids.map(() => body)] });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await database.close();
  return FLOOR_ROWS / seconds;
}

async function startPlatform(url, dataDir, outside) {
  const child = spawn(process.execPath, ['--no-warnings', CLI, 'up', '--port', '0', '--data', dataDir], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: url,
      WAYMARK_WRITE_KEY: WRITE_KEY,
      WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN,
      WAYMARK_EGRESS_ALLOW: '127.0.0.0/8',
      ...outside.env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.includes('"msg":"ready"')) continue;
    child.stderr.resume();
    return { child, address: JSON.parse(line).url };
  }
  throw new Error('the platform did not start');
}

async function send(address, calls) {
  const headers = {
    authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
    'content-type': 'application/json',
  };
  let next = 0;
  const worker = async () => {
    while (next < calls.length) {
      const batch = calls.slice(next, (next += BATCH));
      for (;;) {
        const answer = await fetch(new URL('/v1/batch', address), {
          method: 'POST',
          headers,
          body: JSON.stringify({ batch }),
        });
        await answer.text();
        if (answer.ok) break;
        if (answer.status !== 429) throw new Error(`a batch was answered ${answer.status}`);
        await sleep(100);
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** Records that every service has processed when nothing is left to do. */
async function drained(client) {
  for (;;) {
    const { partitions } = await client.get('/api/status');
    if (partitions.every(({ lag }) => lag === 0)) {
      await sleep(50);
      const again = await client.get('/api/status');
      const at = (status) => status.partitions.map(({ nextOffset }) => nextOffset).join();
      if (
        again.partitions.every(({ lag }) => lag === 0) &&
        at(again) === partitions.map(({ nextOffset }) => nextOffset).join()
      )
        return again;
    }
    await sleep(20);
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'waymark-bench-'));
// As root the database runs as another user, who must be able to pass through this folder.
await chmod(dataDir, 0o711);
const outside = new OutsideWorld();
await outside.open();
const server = await startEmbeddedServer(join(dataDir, 'database'));
const { child, address } = await startPlatform(server.url, join(dataDir, 'platform'), outside);
const client = new ApiClient({ url: address, token: ADMIN_TOKEN });
await applyFiles(client, SHOP, { dryRun: false });
const calls = events();
const startedAt = performance.now();
await send(address, calls);
const acceptedAt = performance.now();
const { partitions } = await drained(client);
const seconds = (performance.now() - startedAt) / 1000;
const records = partitions.reduce((sum, { nextOffset }) => sum + nextOffset, 0);
const metrics = await (await fetch(new URL('/metrics', address))).text();
const rssMb = Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1] ?? 0) / 2 ** 20;
child.kill('SIGTERM');
await once(child, 'exit');
const rowsPerSecond = await floor(server.url);
await server.stop();
await outside.close();
await rm(dataDir, { recursive: true, force: true });

const perSecond = calls.length / seconds;
const report = {
  machine: `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  date: new Date().toISOString().slice(0, 10),
  events: calls.length,
  'accepted by HTTP, events/s': Math.round(calls.length / ((acceptedAt - startedAt) / 1000)),
  'through the whole ring, events/s': Math.round(perSecond),
  'records the four services processed': records,
  'messages that left': outside.mails.size + outside.calls.size,
  'floor: bare batched upserts, rows/s': Math.round(rowsPerSecond),
  'ring to floor': `1 : ${(rowsPerSecond / perSecond).toFixed(1)}`,
  'memory of the process at the end, MB': Math.round(rssMb),
};
for (const [name, value] of Object.entries(report)) process.stdout.write(`${name.padEnd(42)} ${value}\n`);

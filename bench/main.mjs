// npm run bench [-- --mode standalone|cluster --customers N --seed S] [-- --mode timers --waits N]
// Events a second through the whole ring (HTTP, four services, deliveries and their outcomes), and beside it, in the same run
// and on the same server, the floor: bare batched upserts from one client.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ApiClient, OutsideWorld, applyFiles, generateWeek } from '../apps/cli/dist/index.js';
import { floor } from './floor.mjs';
import { machine, print } from './report.mjs';
import { ADMIN_TOKEN, WRITE_KEY, startPlatform } from './start-platform.mjs';
import { benchTimers } from './timers.mjs';

const SHOP = fileURLToPath(new URL('../examples/shop', import.meta.url));
const BATCH = 100;
const CONNECTIONS = 8;

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'standalone' },
    customers: { type: 'string', default: '2500' },
    seed: { type: 'string', default: '1' },
    waits: { type: 'string', default: '5000' },
  },
});
if (!['standalone', 'cluster', 'timers'].includes(values.mode)) {
  process.stderr.write(`--mode is standalone, cluster or timers, not ${values.mode}\n`);
  process.exit(2);
}

if (values.mode === 'timers') {
  print({ ...machine(), ...(await benchTimers({ waits: Number(values.waits) })) });
  process.exit(0);
}

/** The week's events without their times, as fast as they can be sent. */
function events() {
  const week = generateWeek({ seed: Number(values.seed), customers: Number(values.customers), start: 0 });
  return week.map(({ call: { timestamp: _, ...call } }) => call);
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

/** Memory that a process uses, in MB. */
async function rssMb(address) {
  const metrics = await (await fetch(new URL('/metrics', address))).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1] ?? 0) / 2 ** 20;
}

const dataDir = await mkdtemp(join(tmpdir(), 'waymark-bench-'));
// As root the database runs as another user, who must be able to pass through this folder.
await chmod(dataDir, 0o711);
const outside = new OutsideWorld();
await outside.open();
const platform = await startPlatform(values.mode, dataDir, {
  WAYMARK_WRITE_KEY: WRITE_KEY,
  WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN,
  WAYMARK_EGRESS_ALLOW: '127.0.0.0/8',
  ...outside.env,
});
const { address, databaseUrl, addresses } = platform;
const client = new ApiClient({ url: address, token: ADMIN_TOKEN });
await applyFiles(client, SHOP, { dryRun: false });
const calls = events();
const startedAt = performance.now();
await send(address, calls);
const acceptedAt = performance.now();
const { partitions } = await drained(client);
const seconds = (performance.now() - startedAt) / 1000;
const records = partitions.reduce((sum, { nextOffset }) => sum + nextOffset, 0);
const memoryMb = (await Promise.all(addresses.map(rssMb))).reduce((sum, each) => sum + each, 0);
await platform.endProcesses();
const rowsPerSecond = await floor(databaseUrl);
await platform.endServers();
await outside.close();
await rm(dataDir, { recursive: true, force: true });

const perSecond = calls.length / seconds;
print({
  ...machine(),
  mode: `${values.mode}, ${addresses.length} process(es), ${platform.servers}`,
  events: calls.length,
  'accepted by HTTP, events/s': Math.round(calls.length / ((acceptedAt - startedAt) / 1000)),
  'through the whole ring, events/s': Math.round(perSecond),
  'records the four services processed': records,
  'messages that left': outside.mails.size + outside.calls.size,
  'floor: bare batched upserts, rows/s': Math.round(rowsPerSecond),
  'ring to floor': `1 : ${(rowsPerSecond / perSecond).toFixed(1)}`,
  'memory of the processes at the end, MB': Math.round(memoryMb),
});

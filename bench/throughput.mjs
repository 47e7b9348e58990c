import { OutsideWorld, ApiClient, applyFiles, generateWeek } from '../apps/cli/dist/index.js';
import { floor } from './floor.mjs';
import { ADMIN_TOKEN, WRITE_KEY, startPlatform } from './start-platform.mjs';
import { drained, send } from './traffic.mjs';

/**
 * Events a second through the whole ring (HTTP, four services, deliveries and their outcomes), and beside it, in the same run
 * and on the same server, the floor: bare batched upserts from one client.
 */
export async function throughput({ mode, workspace, dataDir, customers, seed }) {
  const outside = new OutsideWorld();
  await outside.open();
  const platform = await startPlatform(mode, dataDir, {
    WAYMARK_WRITE_KEY: WRITE_KEY,
    WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN,
    WAYMARK_EGRESS_ALLOW: '127.0.0.0/8',
    ...outside.env,
  });
  const { address, databaseUrl, addresses } = platform;
  const client = new ApiClient({ url: address, token: ADMIN_TOKEN });
  await applyFiles(client, workspace, { dryRun: false });
  const calls = events(customers, seed);
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
  const perSecond = calls.length / seconds;
  return {
    mode: `${mode}, ${addresses.length} process(es), ${platform.servers}`,
    events: calls.length,
    'accepted by HTTP, events/s': Math.round(calls.length / ((acceptedAt - startedAt) / 1000)),
    'through the whole ring, events/s': Math.round(perSecond),
    'records the four services processed': records,
    'messages that left': outside.mails.size + outside.calls.size,
    'floor: bare batched upserts, rows/s': Math.round(rowsPerSecond),
    'ring to floor': `1 : ${(rowsPerSecond / perSecond).toFixed(1)}`,
    'memory of the processes at the end, MB': Math.round(memoryMb),
  };
}

/** The week's events without their times, as fast as they can be sent. */
function events(customers, seed) {
  const week = generateWeek({ seed, customers, start: 0 });
  return week.map(({ call: { timestamp: _, ...call } }) => call);
}

/** Memory that a process uses, in MB. */
async function rssMb(address) {
  const metrics = await (await fetch(new URL('/metrics', address))).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1] ?? 0) / 2 ** 20;
}

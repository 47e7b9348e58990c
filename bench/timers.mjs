// How late waits end: some thousands that fall due in one instant, and as many spread over a minute, while other events stream in. From
// the rows that the product has written: when an instance ended, beside when its wait was due.
import { mkdir, mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, applyFiles } from '../apps/cli/dist/index.js';
import { Database } from '../libs/postgres/dist/index.js';
import { bareTimers, duePages } from './floor-timers.mjs';
import { lateness } from './lateness.mjs';
import { paced } from './paced.mjs';
import { ADMIN_TOKEN, WRITE_KEY, startPlatform } from './start-platform.mjs';

const SPREAD_MS = 60_000;
const WAIT_S = 40;
/** From the first event to the instant at which all the others are due: in the middle of the spread ones. */
const INSTANT_AFTER_MS = 70_000;
const NOISE_PER_SECOND = 200;

const journey = (id, event, wait) => `kind: journey
id: ${id}
entry: { event: ${event} }
policy: { class: transactional, maxLifetime: P1D }
start: rest
steps:
  rest: { kind: wait, ${wait}, next: done }
  done: { kind: exit, reason: rested }
`;

/** Lateness of the waits of both journeys, in milliseconds, by the rows of the instances. */
async function ofRows(url, instant) {
  const database = await Database.connect({ url, poolMax: 1, applicationName: 'bench-timers' });
  const { rows } = await database.pool.query(
    `select journey_id as journey, extract(epoch from (instance->>'endedAt')::timestamptz) * 1000 as ended,
       extract(epoch from (instance->'steps'->'rest'->>'at')::timestamptz) * 1000 as began
     from journey.instances where not active`,
  );
  await database.close();
  const of = (id, due) =>
    rows.filter(({ journey: its }) => its === id).map((row) => Math.round(Number(row.ended) - due(row)));
  return {
    together: of('together', () => instant),
    spread: of('spread', ({ began }) => Number(began) + WAIT_S * 1_000),
  };
}

/** The share of all timers that were at most a second late, as the product's own metric has it. */
async function withinASecond(address) {
  const text = await (await fetch(new URL('/metrics', address))).text();
  const of = (pattern) => Number(new RegExp(`^waymark_timer_lateness_seconds_${pattern} (\\S+)`, 'm').exec(text)?.[1]);
  const within = of('bucket\\{le="1",service="journey-state"\\}');
  return `${within} of ${of('count\\{service="journey-state"\\}')}`;
}

/** Resolves with the lines of the report. */
export async function benchTimers({ waits }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'waymark-bench-'));
  // As root the database runs as another user, who must be able to pass through this folder.
  await chmod(dataDir, 0o711);
  const platform = await startPlatform('standalone', dataDir, {
    WAYMARK_WRITE_KEY: WRITE_KEY,
    WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN,
  });
  const { address, databaseUrl } = platform;
  const client = new ApiClient({ url: address, token: ADMIN_TOKEN });
  const startAt = Date.now() + 2_000;
  const instant = startAt + INSTANT_AFTER_MS;
  const workspace = join(dataDir, 'workspace');
  await mkdir(workspace);
  const until = `until: ${new Date(instant).toISOString()}`;
  await writeFile(join(workspace, 'together.journey.yaml'), journey('together', 'Parked', until));
  await writeFile(join(workspace, 'spread.journey.yaml'), journey('spread', 'Rested', `for: PT${WAIT_S}S`));
  await applyFiles(client, workspace, { dryRun: false });

  const spreadDue = Array.from({ length: waits }, (_, i) => startAt + WAIT_S * 1_000 + (i * SPREAD_MS) / waits);
  const bare = Promise.all([bareTimers(Array(waits).fill(instant)), bareTimers(spreadDue)]);
  const endAt = startAt + SPREAD_MS + WAIT_S * 1_000;
  const event = (name, who) => (i) => ({ type: 'track', event: name, userId: `${who}${i}` });
  const sent = await Promise.all([
    paced(address, { make: event('Parked', 'p'), count: waits, startAt, overMs: 10_000 }),
    paced(address, { make: event('Rested', 'r'), count: waits, startAt, overMs: SPREAD_MS }),
    paced(address, {
      make: (i) => event('Looked', 'n')(i % 2_000),
      count: ((endAt - startAt) / 1_000) * NOISE_PER_SECOND,
      startAt,
      overMs: endAt - startAt,
    }),
  ]);
  const [bareTogether, bareSpread] = await bare;
  for (;;) {
    const reports = await client.get('/api/journeys');
    const ended = reports.reduce((sum, { entered, active }) => sum + entered - active, 0);
    if (ended === 2 * waits) break;
    await sleep(200);
  }
  const own = await withinASecond(address);
  await platform.endProcesses();
  const rows = await ofRows(databaseUrl, instant);
  const pages = await duePages(databaseUrl, waits);
  await platform.endServers();
  await rm(dataDir, { recursive: true, force: true });
  return {
    waits: `${waits} at one instant, ${waits} over ${SPREAD_MS / 1_000} s`,
    'events meanwhile': `${sent.reduce((sum, each) => sum + each, 0)}, ${NOISE_PER_SECOND}/s of them for nobody`,
    'spread, ms late': lateness(rows.spread),
    'floor: bare setTimeout, spread, ms late': lateness(bareSpread),
    'at one instant, ms late': lateness(rows.together),
    'floor: bare setTimeout, one instant, ms late': lateness(bareTogether),
    'floor: bare pages of 500 due rows, ms late': lateness(pages),
    'at most 1 s late, by the metric': own,
  };
}

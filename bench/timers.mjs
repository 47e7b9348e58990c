// How late waits end: some thousands that fall due in one instant, and as many spread over a minute, while other events stream in. By
// the rows that the product has written: when an instance ended, beside when its wait was due.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, applyFiles } from '../apps/cli/dist/index.js';
import { Database } from '../libs/postgres/dist/index.js';
import { bareTimers, duePages } from './floor-timers.mjs';
import { lateness } from './lateness.mjs';
import { paced } from './paced.mjs';
import { ADMIN_TOKEN, WRITE_KEY, startPlatform } from './start-platform.mjs';

const SPREAD_MS = 60_000;
const WAIT_MS = 40_000;
/** From the first event to the instant at which all the others are due: in the middle of the spread ones. */
const INSTANT_AFTER_MS = 70_000;
const PARKED_MS = 10_000;
const NOBODYS_PER_SECOND = 200;

const journey = (id, event, wait) => `kind: journey
id: ${id}
entry: { event: ${event} }
policy: { class: transactional, maxLifetime: P1D }
start: rest
steps:
  rest: { kind: wait, ${wait}, next: done }
  done: { kind: exit, reason: rested }
`;

/** Each customer waits once in either journey; resolves with the figures of the report. */
export async function timers({ dataDir, customers: waits }) {
  const keys = { WAYMARK_WRITE_KEY: WRITE_KEY, WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN };
  const platform = await startPlatform('standalone', dataDir, keys);
  const client = new ApiClient({ url: platform.address, token: ADMIN_TOKEN });
  const startAt = Date.now() + 2_000;
  const instant = startAt + INSTANT_AFTER_MS;
  await applyJourneys(client, join(dataDir, 'workspace'), instant);

  const spread = Array.from({ length: waits }, (_, i) => startAt + WAIT_MS + (i * SPREAD_MS) / waits);
  const bare = Promise.all([bareTimers(spread), bareTimers(Array(waits).fill(instant))]);
  await stream(platform.address, { waits, startAt });
  const [bareSpread, bareTogether] = await bare;
  await allEnded(client, 2 * waits);
  const withinASecond = await byMetric(platform.address);
  await platform.endProcesses();
  const rows = await byRows(platform.databaseUrl, instant);
  const pages = await duePages(platform.databaseUrl, waits);
  await platform.endServers();
  return {
    waits: `${waits} over ${SPREAD_MS / 1_000} s, ${waits} at one instant`,
    'other events meanwhile, events/s': NOBODYS_PER_SECOND,
    'spread, ms late': lateness(rows.spread),
    'floor: bare setTimeout, spread, ms late': lateness(bareSpread),
    'at one instant, ms late': lateness(rows.together),
    'floor: bare setTimeout, one instant, ms late': lateness(bareTogether),
    'floor: bare pages of 500 due rows, ms late': lateness(pages),
    'at most 1 s late, by the metric': withinASecond,
  };
}

async function applyJourneys(client, folder, instant) {
  await mkdir(folder);
  const of = {
    together: journey('together', 'Parked', `until: ${new Date(instant).toISOString()}`),
    spread: journey('spread', 'Rested', `for: PT${WAIT_MS / 1_000}S`),
  };
  for (const [id, text] of Object.entries(of)) await writeFile(join(folder, `${id}.journey.yaml`), text);
  await applyFiles(client, folder, { dryRun: false });
}

/** Those who are to wait, and until the last wait is due events of others, whom no journey concerns. */
async function stream(address, { waits, startAt }) {
  const call = (event, who) => (i) => ({ type: 'track', event, userId: `${who}${i}` });
  const overMs = SPREAD_MS + WAIT_MS;
  await Promise.all([
    paced(address, { make: call('Parked', 'p'), count: waits, startAt, overMs: PARKED_MS }),
    paced(address, { make: call('Rested', 'r'), count: waits, startAt, overMs: SPREAD_MS }),
    paced(address, {
      make: (i) => call('Looked', 'n')(i % 2_000),
      count: (overMs / 1_000) * NOBODYS_PER_SECOND,
      startAt,
      overMs,
    }),
  ]);
}

async function allEnded(client, wanted) {
  for (;;) {
    const reports = await client.get('/api/journeys');
    if (reports.reduce((sum, { entered, active }) => sum + entered - active, 0) === wanted) return;
    await sleep(200);
  }
}

/** How many timers were at most a second late, of how many. */
async function byMetric(address) {
  const text = await (await fetch(new URL('/metrics', address))).text();
  const of = (name) => new RegExp(`^waymark_timer_lateness_seconds_${name} (\\S+)`, 'm').exec(text)?.[1];
  return `${of('bucket\\{le="1",service="journey-state"\\}')} of ${of('count\\{service="journey-state"\\}')}`;
}

/** In milliseconds, of the waits of both journeys. */
async function byRows(url, instant) {
  const database = await Database.connect({ url, poolMax: 1, applicationName: 'bench-timers' });
  const { rows } = await database.pool.query(
    `select journey_id as journey, instance->>'endedAt' as ended, instance->'steps'->'rest'->>'at' as began
     from journey.instances where not active`,
  );
  await database.close();
  const of = (id, due) =>
    rows.filter(({ journey: its }) => its === id).map((row) => Date.parse(row.ended) - due(Date.parse(row.began)));
  return { spread: of('spread', (began) => began + WAIT_MS), together: of('together', () => instant) };
}

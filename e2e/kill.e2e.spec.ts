import { afterEach, describe, expect, it } from '@jest/globals';
import {
  ApiClient,
  OutsideWorld,
  applyFiles,
  driveWeek,
  fetchFigures,
  generateWeek,
  type DemoFigures,
} from '@waymark/cli';
import { ADMIN_TOKEN, PlatformProcess, ROOT, WRITE_KEY } from './support/platform-process.js';

const SEED = 7;
const CUSTOMERS = 60;
const START = Date.parse('2026-03-02T00:00:00Z');
/** Two days of the demo's ticks of a quarter of an hour. */
const TICKS = 192;

const worlds: OutsideWorld[] = [];
const platforms: PlatformProcess[] = [];

afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.remove()));
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

/** Runs the demo's traffic against the built program; kills it with SIGKILL in the middle of the given ticks. */
async function run(killAt: readonly number[]): Promise<DemoFigures> {
  const outside = new OutsideWorld();
  await outside.open();
  worlds.push(outside);
  const platform = await PlatformProcess.create({ ...outside.env, WAYMARK_CLOCK_START: new Date(START).toISOString() });
  platforms.push(platform);
  await platform.start();
  const client = new ApiClient({ url: platform.url, token: ADMIN_TOKEN });
  await applyFiles(client, `${ROOT}examples/shop`, { dryRun: false });
  const restarts: Promise<void>[] = [];
  await driveWeek({
    url: platform.url,
    writeKey: WRITE_KEY,
    adminToken: ADMIN_TOKEN,
    week: generateWeek({ seed: SEED, customers: CUSTOMERS, start: START }),
    ticks: TICKS,
    seed: SEED,
    start: START,
    outside,
    scale: 1e9,
    onTick: (tick) => {
      if (killAt.includes(tick)) restarts.push(platform.end('SIGKILL').then(() => platform.start()));
    },
  });
  await Promise.all(restarts);
  return fetchFigures(client, outside);
}

describe('the standalone process', () => {
  it('killed with SIGKILL in the middle of traffic and restarted, ends with the counts of an undisturbed run (P1, P3)', async () => {
    const undisturbed = await run([]);
    const killed = await run([41, 100, 148]);
    expect({ ...killed, repeated: 0 }).toEqual({ ...undisturbed, repeated: 0 });
    expect(undisturbed.journeys.length).toBeGreaterThanOrEqual(4);
    expect(undisturbed.mailsTaken).toBeGreaterThan(10);
  }, 300_000);
});

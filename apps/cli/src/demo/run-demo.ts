import { fileURLToPath } from 'node:url';
import { createLogger, parseConfig } from '@waymark/runtime';
import { HeldClock, removeDataFolder, startPlatform, type RunningPlatform } from '@waymark/platform';
import type { TimelineEntry } from '@waymark/contracts';
import { Presets, SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { ApiClient } from '../api-client.js';
import { applyFiles } from '../commands/apply.js';
import { timelineText } from '../commands/why.js';
import { say } from '../output.js';
import { driveWeek } from './drive-week.js';
import { fetchFigures } from './fetch-report.js';
import { OutsideWorld } from './outside-world.js';
import { generateWeek, TICKS } from './population.js';
import { reportText } from './report.js';

export interface DemoOptions {
  customers: number;
  seed: number;
  scale: number;
  port: string;
  exit: boolean;
}

/** A Monday, so that weekdays look like weekdays. */
export const DEMO_START = Date.parse('2026-03-02T00:00:00Z');
export const SHOP = fileURLToPath(new URL('../../../../examples/shop', import.meta.url));
const DATA_DIR = '.waymark/demo';

/** The whole platform on its embedded defaults, a simulated week of a shop through its HTTP API, and a report of what happened. */
export async function runDemo(options: DemoOptions, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const outside = new OutsideWorld();
  let running: RunningPlatform | undefined;
  try {
    await outside.open();
    await removeDataFolder(DATA_DIR);
    say(pc.dim('Starting the platform: embedded PostgreSQL, four services, one process …'));
    running = await start(options, outside, env);
    await play(options, running, outside);
  } catch (error) {
    await running?.close();
    await outside.close();
    throw error;
  }
  if (options.exit) {
    await outside.close();
    return running.shutdown();
  }
  const { url, platform } = running;
  if (platform.clock instanceof HeldClock) platform.clock.run();
  say(
    `\nThe platform stays up at ${pc.cyan(url)} (API: ${url}/api/journeys with the token in ${DATA_DIR}/credentials.json). Ctrl-C ends it.`,
  );
  say(pc.dim(`Try: WAYMARK_URL=${url} WAYMARK_DATA_DIR=${DATA_DIR} npx waymark why c00001`));
}

/** Applies the shop, streams its week, and prints what came of it. */
async function play(options: DemoOptions, running: RunningPlatform, outside: OutsideWorld): Promise<void> {
  const { url, platform } = running;
  const client = new ApiClient({ url, token: platform.credentials.adminToken });
  const plan = await applyFiles(client, SHOP, { dryRun: false });
  say(`${pc.green('✓')} ${url}, ${plan.create.length} resources of examples/shop applied`);
  const week = generateWeek({ seed: options.seed, customers: options.customers, start: DEMO_START });
  const seconds = await stream(options, running, outside, week);
  const figures = await fetchFigures(client, outside);
  say(`${pc.green('✓')} ${week.length} events of ${options.customers} customers in ${seconds.toFixed(0)} s`);
  process.stdout.write(`${reportText(figures)}\n`);
  await printWhy(client, outside);
}

async function start(
  options: DemoOptions,
  outside: OutsideWorld,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningPlatform> {
  const config = parseConfig({
    LOG_LEVEL: 'warn',
    ...env,
    WAYMARK_HTTP_PORT: options.port,
    WAYMARK_DATA_DIR: DATA_DIR,
    WAYMARK_CLOCK_START: new Date(DEMO_START).toISOString(),
    WAYMARK_EGRESS_ALLOW: '127.0.0.0/8',
  });
  const logger = createLogger({ level: config.logLevel, pretty: process.stderr.isTTY });
  return startPlatform(config, logger, { ...env, ...outside.env });
}

async function stream(
  options: DemoOptions,
  { url, platform }: RunningPlatform,
  outside: OutsideWorld,
  week: ReturnType<typeof generateWeek>,
): Promise<number> {
  const bar = new SingleBar(
    {
      format: `{day} |{bar}| {percentage}%  {events} events`,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 10_000,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  const startedAt = performance.now();
  bar.start(TICKS, 0, { day: 'Mon', events: 0 });
  const { writeKey, adminToken } = platform.credentials;
  await driveWeek({
    url,
    writeKey,
    adminToken,
    week,
    seed: options.seed,
    start: DEMO_START,
    outside,
    scale: options.scale,
    onTick: (tick, events) =>
      bar.update(tick + 1, {
        day: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][Math.floor((tick / TICKS) * 7)],
        events,
      }),
  });
  bar.stop();
  return (performance.now() - startedAt) / 1000;
}

/** One customer's complete story: somebody who got a mail. */
async function printWhy(client: ApiClient, outside: OutsideWorld): Promise<void> {
  const customer = [...outside.mails.values()].map(({ to }) => to.split('@')[0]!).sort()[0];
  if (customer === undefined) return;
  const entries = await client.get<TimelineEntry[]>(`/api/customers/${customer}/timeline`);
  process.stdout.write(`\n${pc.bold(`Why? The story of ${customer}`)}\n${timelineText(entries)}\n`);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { WaymarkError } from '@waymark/contracts';
import pc from 'picocolors';
import { ApiClient, ApiError, type Connection } from '../api-client.js';
import { applyFiles } from '../commands/apply.js';
import { OutsideWorld, type OutsideAddress } from '../demo/outside-world.js';
import { SHOP } from '../demo/run-demo.js';
import { say } from '../output.js';
import type { ServiceUrls } from './service-urls.js';
import { totalsText, type Totals } from './totals.js';
import { Traffic } from './traffic.js';

export interface RunTrafficOptions {
  connection: Connection;
  urls: ServiceUrls;
  writeKey: string;
  mailSecret: string | undefined;
  rate: number;
  customers: number;
  seed: number;
  listen: OutsideAddress;
  /** Ends by itself after so many seconds of events; endless when not given. */
  seconds: number | undefined;
  /** Then goes on taking messages for so many seconds. */
  lingerSeconds: number;
}

/** Messages of each kind that the outside remembers, to know one that comes again. */
const KEPT_MAX = 10_000;
const REPORT_MS = 5_000;
const LOOK_AGAIN_MS = 1_000;
/** For what was begun when it is to end. */
const LAST_ANSWERS_MS = 10_000;
const LATER = new Set([429, 502, 503, 504]);

/** Applies the shop to a running system and streams its traffic until `enough` aborts; resolves with what came of it. */
export async function runTraffic(options: RunTrafficOptions, enough: AbortSignal): Promise<Totals> {
  const outside = new OutsideWorld({ keptMax: KEPT_MAX });
  await outside.open(options.listen);
  try {
    await applyShop(options.connection, enough);
    const { seconds } = options;
    const over = seconds === undefined ? enough : AbortSignal.any([enough, AbortSignal.timeout(seconds * 1000)]);
    const totals = await stream(options, outside, over);
    await pause(options.lingerSeconds * 1000, enough).catch(ifAborted(enough));
    return totals();
  } finally {
    await outside.close();
  }
}

/** Streams until it is over and what was begun is answered; a line says now and then how it goes. */
async function stream(options: RunTrafficOptions, outside: OutsideWorld, over: AbortSignal): Promise<() => Totals> {
  const giveUp = new AbortController();
  let last: NodeJS.Timeout | undefined;
  over.addEventListener('abort', () => (last = setTimeout(() => giveUp.abort(), LAST_ANSWERS_MS)), { once: true });
  const mailSecret = options.mailSecret ?? outside.env['CHANNEL_MAIL_SECRET']!;
  const run = Math.floor(Date.now() / 1000).toString(36);
  const traffic = new Traffic(
    { ...options, adminToken: options.connection.token, mailSecret, run, outside },
    { enough: over, giveUp: giveUp.signal, now: () => performance.timeOrigin + performance.now(), pause },
  );
  const reporting = setInterval(() => say(totalsText(traffic.totals)), REPORT_MS);
  try {
    await traffic.run();
  } finally {
    clearInterval(reporting);
    clearTimeout(last);
  }
  return () => traffic.totals;
}

/** Waits for a system that is still starting. */
async function applyShop(connection: Connection, enough: AbortSignal): Promise<void> {
  const client = new ApiClient(connection);
  for (let tries = 0; !enough.aborted; tries += 1) {
    try {
      const { revision } = await applyFiles(client, SHOP, { dryRun: false });
      return say(`${pc.green('✓')} ${client.url}: examples/shop is in use, revision ${revision}`);
    } catch (error) {
      if (!mayWorkLater(error)) throw error;
      if (tries === 0) say(pc.dim(`waiting for ${client.url}: ${(error as Error).message}`));
      await pause(LOOK_AGAIN_MS, enough).catch(ifAborted(enough));
    }
  }
}

function mayWorkLater(error: unknown): boolean {
  if (error instanceof ApiError) return LATER.has(error.status);
  return error instanceof WaymarkError && error.kind === 'transient';
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}

function ifAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

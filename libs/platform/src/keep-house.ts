import { failureKind } from '@waymark/contracts';
import { SystemClock, type Clock } from '@waymark/ports';
import type { JourneyHousekeeping } from '@waymark/postgres';
import type { Logger, Metrics } from '@waymark/runtime';
import { pauseFor } from './pause-for.js';

/** Between two rounds, in milliseconds; sooner after one that has failed. */
const EVERY_MS = 3_600_000;
const RETRY_MS = 60_000;
/** Between two pages: what is done beside live traffic leaves most of the time to it. */
const PAGE_MS = 100;
const REAL_TIME = new SystemClock();

interface House {
  house: Pick<JourneyHousekeeping, 'makePartitions' | 'forgetPage' | 'dropPartitions'>;
  /** The services' clock: by it instances end. */
  clock: Clock;
  metrics: Pick<Metrics, 'forgotten' | 'housekept'>;
}

/** Waits; resolves with false when `signal` aborts. */
type Pause = (ms: number, signal: AbortSignal) => Promise<boolean>;

/**
 * Keeps the storage of journey-state in order at once, and then every hour. What fails is tried again in a minute, also after a defect: without
 * new partitions the history could not be written some months later.
 */
export function keepHouse(
  house: House,
  logger: Pick<Logger, 'info' | 'warn' | 'error'>,
  pause: Pause = pauseFor,
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const running = keepUntil(house, logger, (ms) => pause(ms, abort.signal));
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}

async function keepUntil(
  house: House,
  logger: Pick<Logger, 'info' | 'warn' | 'error'>,
  pause: (ms: number) => Promise<boolean>,
): Promise<void> {
  house.metrics.housekept('journey-state', 0);
  let waitMs: number;
  do {
    try {
      await round(house, logger, pause);
      house.metrics.housekept('journey-state', REAL_TIME.now());
      waitMs = EVERY_MS;
    } catch (error) {
      waitMs = RETRY_MS;
      const line = { err: error, againInMs: waitMs };
      if (failureKind(error) === 'defect') logger.error(line, 'housekeeping of journey-state fails');
      else logger.warn(line, 'housekeeping of journey-state has to wait');
    }
  } while (await pause(waitMs));
}

/** What others may have to be waited for comes last. */
async function round(
  { house, clock, metrics }: House,
  logger: Pick<Logger, 'info'>,
  pause: (ms: number) => Promise<boolean>,
): Promise<void> {
  const made = await house.makePartitions();
  if (made.length > 0) logger.info({ made }, 'partitions of the history were made');
  for (let isLast = false; !isLast;) {
    const page = await house.forgetPage(clock.now());
    for (const [what, count] of Object.entries(page.forgotten)) metrics.forgotten(what, count);
    isLast = page.isLast || !(await pause(PAGE_MS));
  }
  const dropped = await house.dropPartitions();
  metrics.forgotten('history-partitions', dropped.length);
  if (dropped.length > 0) logger.info({ dropped }, 'partitions of the history were past their retention');
}

import { failureKind } from '@waymark/contracts';
import { SystemClock } from '@waymark/ports';
import type { Logger } from '@waymark/runtime';
import type { Platform } from './create-platform.js';
import { pauseFor } from './pause-for.js';

/** Between two pages of the walk, in milliseconds; longer after one that could not be read. */
const PACE_MS = 1_000;
const RETRY_MS = 15_000;
const REAL_TIME = new SystemClock();

interface Walking {
  checks: { walk: Pick<Platform['checks']['walk'], 'step'> };
  group: Pick<Platform['group'], 'owned'>;
}

/**
 * Looks for instances that break an invariant, a page a second, in the partitions that are this process's. A page that cannot be
 * read is read again later; a defect ends the walk, loudly, and nothing else.
 */
export function walkInstances(
  platform: Walking,
  logger: Pick<Logger, 'warn' | 'error'>,
  { paceMs = PACE_MS, retryMs = RETRY_MS } = {},
): { stop(): Promise<void> } {
  const stop = new AbortController();
  const walking = walkUntil(stop.signal, platform, { logger, paceMs, retryMs });
  return {
    async stop() {
      stop.abort();
      await walking;
    },
  };
}

async function walkUntil(
  signal: AbortSignal,
  { checks, group }: Walking,
  { logger, paceMs, retryMs }: { logger: Pick<Logger, 'warn' | 'error'>; paceMs: number; retryMs: number },
): Promise<void> {
  let waitMs = paceMs;
  while (await pauseFor(waitMs, signal)) {
    waitMs = paceMs;
    try {
      await checks.walk.step(group.owned('journey-state'), REAL_TIME.now());
    } catch (error) {
      if (failureKind(error) === 'defect')
        return logger.error({ err: error }, 'instances are not checked any more in this process');
      logger.warn({ err: error, againInMs: retryMs }, 'a page of instances could not be checked');
      waitMs = retryMs;
    }
  }
}

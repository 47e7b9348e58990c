import { setTimeout as sleep } from 'node:timers/promises';
import { failureKind } from '@waymark/contracts';
import type { Logger } from '@waymark/runtime';
import type { Platform } from './create-platform.js';

/** Records kept behind the reader in each partition: for `waymark tail`, and to look at what just happened. */
const KEPT = 20_000;
const EVERY_MS = 30_000;

/** Forgets records that have been processed, now and then, so that the log stays bounded (P6). */
export function trimLog(platform: Pick<Platform, 'processors' | 'log'>, logger: Logger): { stop(): Promise<void> } {
  const abort = new AbortController();
  const running = trimUntil(platform, logger, abort.signal);
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}

async function trimUntil(
  { processors, log }: Pick<Platform, 'processors' | 'log'>,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (await pause(signal)) {
    const read = processors.filter(({ nextOffset }) => nextOffset > KEPT);
    try {
      for (const { source, partition, nextOffset } of read)
        await log.trim({ topic: source, partition, offset: nextOffset - KEPT });
    } catch (error) {
      if (failureKind(error) === 'defect') throw error;
      logger.warn({ err: error }, 'the log could not be trimmed');
    }
  }
}

async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(EVERY_MS, undefined, { signal, ref: false });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { failureKind } from '@waymark/contracts';
import type { Logger } from '@waymark/runtime';
import type { PostgresEventLog } from '@waymark/embedded-log';
import type { AnyProcessor } from './create-platform.js';

/** Records kept behind the reader in each partition: for `waymark tail`, and to look at what just happened. */
const KEPT = 20_000;
const EVERY_MS = 30_000;

/** The log, and how far it has been read. */
interface Trimmed {
  processors: readonly Pick<AnyProcessor, 'source' | 'partition' | 'nextOffset'>[];
  log: Pick<PostgresEventLog, 'trim'>;
}

/** Waits for the next time to trim; resolves with false when `signal` aborts. */
type Pause = (signal: AbortSignal) => Promise<boolean>;

/** Forgets records that have been processed, now and then, so that the log stays bounded (P6). */
export function trimLog(
  platform: Trimmed,
  logger: Pick<Logger, 'warn' | 'error'>,
  pause: Pause = pauseFor,
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const running = trimUntil(platform, logger, () => pause(abort.signal));
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}

async function trimUntil(
  { processors, log }: Trimmed,
  logger: Pick<Logger, 'warn' | 'error'>,
  pause: () => Promise<boolean>,
): Promise<void> {
  while (await pause()) {
    const read = processors.filter(({ nextOffset }) => nextOffset > KEPT);
    try {
      for (const { source, partition, nextOffset } of read)
        await trimAll(log, { topic: source, partition, offset: nextOffset - KEPT });
    } catch (error) {
      if (failureKind(error) === 'defect') return logger.error({ err: error }, 'the log is not trimmed any more');
      logger.warn({ err: error }, 'the log could not be trimmed');
    }
  }
}

/** The log forgets some at a time. */
async function trimAll(log: Trimmed['log'], below: Parameters<PostgresEventLog['trim']>[0]): Promise<void> {
  let trimmed: number;
  do trimmed = await log.trim(below);
  while (trimmed > 0);
}

async function pauseFor(signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(EVERY_MS, undefined, { signal, ref: false });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

import { failureKind } from '@waymark/contracts';
import type { Logger } from '@waymark/runtime';
import type { PostgresEventLog } from '@waymark/embedded-log';
import { pauseFor } from '../pause-for.js';
import type { AnyProcessor } from './opened-log.js';

/** Records kept behind the reader in each partition: for `waymark tail`, and to look at what just happened. */
const KEPT = 20_000;
/** Of the dead letters, which nobody processes, in each partition. */
const DEAD_LETTERS_KEPT = 100_000;
const EVERY_MS = 30_000;

/** The log, and how far it has been read. */
interface Trimmed {
  processors: readonly Pick<AnyProcessor, 'source' | 'partition' | 'nextOffset'>[];
  log: Pick<PostgresEventLog, 'trim' | 'endOffset' | 'partitions'>;
}

/** Waits for the next time to trim; resolves with false when `signal` aborts. */
type Pause = (signal: AbortSignal) => Promise<boolean>;

/** Forgets records that have been processed, now and then, so that the log stays bounded (P6). */
export function trimLog(
  platform: Trimmed,
  logger: Pick<Logger, 'warn' | 'error'>,
  pause: Pause = (signal) => pauseFor(EVERY_MS, signal),
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
    try {
      for (const { source, partition, nextOffset } of processors)
        await trimAll(log, { topic: source, partition, offset: nextOffset - KEPT });
      for (let partition = 0; partition < log.partitions; partition += 1) {
        const end = await log.endOffset({ topic: 'dead-letters', partition });
        await trimAll(log, { topic: 'dead-letters', partition, offset: end - DEAD_LETTERS_KEPT });
      }
    } catch (error) {
      if (failureKind(error) === 'defect') return logger.error({ err: error }, 'the log is not trimmed any more');
      logger.warn({ err: error }, 'the log could not be trimmed');
    }
  }
}

/** The log forgets some at a time. */
async function trimAll(log: Trimmed['log'], below: Parameters<PostgresEventLog['trim']>[0]): Promise<void> {
  if (below.offset <= 0) return;
  let trimmed: number;
  do trimmed = await log.trim(below);
  while (trimmed > 0);
}

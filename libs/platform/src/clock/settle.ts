import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresEventLog } from '@waymark/embedded-log';
import type { ProcessorGroup } from '@waymark/stream';

const LOOK_AGAIN_MS = 1;

/**
 * Resolves when the ring is at rest: every partition has processed all there is, nothing is due and nothing on its way. Where
 * the log ends is asked in one query; if anything was saved meanwhile, the answer is of another moment and does not count.
 */
export async function settle(
  group: Pick<ProcessorGroup, 'isIdle' | 'isAtRest' | 'saves'>,
  log: Pick<PostgresEventLog, 'endOffsets'>,
): Promise<void> {
  for (;;) {
    if (group.isIdle) {
      const { saves } = group;
      const endOf = await log.endOffsets();
      if (group.saves === saves && group.isAtRest(endOf)) return;
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

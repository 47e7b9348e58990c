import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessorGroup } from '@waymark/stream';

const LOOK_AGAIN_MS = 3;

/**
 * Resolves when the ring is at rest: every partition has processed all there is, nothing is due and nothing on its way.
 * A look takes a while, and a record may travel on behind its back; so it counts only if no record was appended meanwhile.
 */
export async function settle(group: ProcessorGroup, recordsAppended: () => Promise<number>): Promise<void> {
  for (;;) {
    const before = await recordsAppended();
    if ((await group.isSettled()) && (await recordsAppended()) === before && (await group.isSettled())) return;
    await sleep(LOOK_AGAIN_MS);
  }
}

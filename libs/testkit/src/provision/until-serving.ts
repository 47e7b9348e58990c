import { setTimeout as pause } from 'node:timers/promises';

const START_MS_MAX = 90_000;
const PAUSE_MS = 50;

/** Asks until it answers; gives up when it has ended or after a minute and a half, and rejects with the last refusal. */
export async function untilServing(greet: () => Promise<unknown>, hasEnded: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      await greet();
      return;
    } catch (error) {
      if (hasEnded() || performance.now() > giveUpAt) throw error;
      await pause(PAUSE_MS);
    }
  }
}

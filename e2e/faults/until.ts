import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 50;

/** Looks until there is an answer. Rejects, naming what was waited for, when there is none in time. */
export async function until<T>(
  what: string,
  deadlineMs: number,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > giveUpAt) throw new Error(`waited ${deadlineMs / 1000} s in vain for ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
}

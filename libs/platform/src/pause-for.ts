import { setTimeout as sleep } from 'node:timers/promises';

/** Waits in real time, without keeping the process alive; resolves with false as soon as `signal` aborts. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal, ref: false });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

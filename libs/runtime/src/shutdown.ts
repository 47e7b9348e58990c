import type { Logger } from './create-logger.js';

/** One thing to close, in the order given. */
export interface ClosingStep {
  name: string;
  close(): Promise<void>;
}

export interface ShutdownOptions {
  steps: readonly ClosingStep[];
  logger: Logger;
  /** Milliseconds after which the process ends anyway, with exit code 1. */
  deadlineMs: number;
  /** How the process ends; the real one by default. */
  exit?: (code: number) => void;
}

/**
 * P7: closes everything in order, once, whatever the number of signals, within a deadline. A step that fails is logged
 * and the next ones still run; the exit code is then 1. Resolves when everything is closed.
 */
export function createShutdown(options: ShutdownOptions): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= closeAll(options));
}

let atSignal: (() => unknown) | undefined;

/** What SIGTERM and SIGINT do from now on, however many come; it takes the place of what they did before. */
export function onSignals(end: () => unknown): void {
  if (atSignal === undefined)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => atSignal!());
  atSignal = end;
}

/** Closes everything in order; resolves with whether all of it went well. */
export async function closeInOrder(steps: readonly ClosingStep[], logger: Logger): Promise<boolean> {
  let ok = true;
  for (const step of steps) {
    try {
      await step.close();
      logger.debug({ step: step.name }, 'closed');
    } catch (error) {
      ok = false;
      logger.error({ err: error, step: step.name }, 'closing failed');
    }
  }
  return ok;
}

async function closeAll({ steps, logger, deadlineMs, exit = process.exit }: ShutdownOptions): Promise<void> {
  const deadline = setTimeout(() => {
    logger.error({ deadlineMs }, 'shutdown took too long, ending now');
    exit(1);
  }, deadlineMs);
  const ok = await closeInOrder(steps, logger);
  clearTimeout(deadline);
  exit(ok ? 0 : 1);
}

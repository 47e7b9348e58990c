import { setTimeout as sleep } from 'node:timers/promises';
import { failureKind, WaymarkError } from '@waymark/contracts';
import { NO_OBSERVER, type StreamObserver } from './observer.js';
import type { PartitionProcessor } from './partition-processor.js';
import type { HandOver } from './record-batch.js';

const BACKOFF_BASE_MS = 50;
const BACKOFF_MAX_MS = 5_000;

export interface RunOptions {
  signal: AbortSignal;
  observer?: StreamObserver | undefined;
  /** Who processes the batches; the processor itself when not given. */
  handOver?: HandOver | undefined;
  /** Waits in real time; resolves early when the signal aborts. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

type AnyProcessor = PartitionProcessor<never, unknown, unknown, unknown>;

/**
 * Steps a partition until `signal` aborts, finishing the batch in hand (P7). What it does with a failure:
 *
 * | kind      | then                                                              |
 * | --------- | ----------------------------------------------------------------- |
 * | conflict  | take the partition anew, at once, with backoff when it goes on (P2) |
 * | transient | back off (50 ms doubling to 5 s), take anew                        |
 * | invalid   | as a defect: a record's own fault is a dead letter, never thrown (P5) |
 * | defect    | stop this partition; the others go on; resolves with the error     |
 */
export async function runPartition(
  processor: Pick<AnyProcessor, 'step' | 'idle' | 'service' | 'partition' | 'inHand'>,
  options: RunOptions,
): Promise<{ stoppedBy?: unknown }> {
  const { signal, handOver, observer = NO_OBSERVER, pause = pauseFor } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const more = await processor.step(handOver);
      failures = 0;
      if (!more) await processor.idle(signal);
    } catch (error) {
      const stopped = !isWorthAnotherTry(error);
      const { service, partition, inHand } = processor;
      observer.failure({ service, partition, ...inHand, error, stopped });
      if (stopped) return { stoppedBy: error };
      failures += 1;
      await pause(Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (failures - 1)), signal);
    }
  }
  return {};
}

function isWorthAnotherTry(error: unknown): boolean {
  const kind = failureKind(error);
  return kind === 'conflict' || kind === 'transient';
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw new WaymarkError('DEFECT', 'the pause between two tries failed', { cause: error });
  }
}

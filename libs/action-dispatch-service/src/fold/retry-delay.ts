import type { Channel } from '@waymark/contracts';
import { durationMs } from '../channels/duration-ms.js';
import { unitHash } from '../policy/unit-hash.js';

/** A provider that asks for longer than a day is asked again after a day. */
const RETRY_AFTER_MS_MAX = 86_400_000;

/**
 * R41: exponential backoff with full jitter, in milliseconds; never sooner than the provider's `Retry-After`. The jitter
 * comes from the action and the attempt, so that a replay waits as long.
 */
export function retryDelayMs(
  { retry }: Channel,
  of: { actionId: string; attempt: number; retryAfterMs?: number | undefined },
): number {
  const cap = Math.min(durationMs(retry.max), durationMs(retry.base) * 2 ** (of.attempt - 1));
  const jittered = Math.ceil(cap * unitHash(`${of.actionId} ${of.attempt}`));
  return Math.max(jittered, Math.min(of.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX), 1);
}

import type { DeliverAction, EpochMs, PauseSwitches } from '@waymark/contracts';
import { addDuration, parseDuration } from '@waymark/customer-context';
import { GO, type Verdict } from './verdict.js';

/**
 * R26: messages of a paused journey are let through, discarded (reason PAUSED), or held, and suppressed (reason TTL) when they
 * have been held too long; `heldUntil` is when that is, for one that is held already.
 */
export function pauseGate(
  actions: PauseSwitches['actions'] | undefined,
  { action: { cause }, heldUntil, now }: { action: DeliverAction; heldUntil: EpochMs | undefined; now: EpochMs },
): Verdict {
  if (actions === undefined || actions === 'letThrough') return GO;
  const because = `the journey "${cause.journeyId}" is paused`;
  if (actions === 'discard') return { may: 'never', reason: 'PAUSED', because };
  const until = heldUntil ?? addDuration(now, parseDuration(actions.hold), 'UTC');
  if (until <= now) return { may: 'never', reason: 'TTL', because: `${because}, and it was held for ${actions.hold}` };
  return { may: 'wait', until, because, heldFor: cause.journeyId! };
}

import type { SeenEvent } from '@waymark/contracts';
import { addDuration, negative, type Duration } from '@waymark/customer-context';
import type { Run } from './run.js';

/**
 * R8: the events that an `await` finds on arrival, oldest first. They occurred after the previous step was completed, or
 * within `lookBack`, and had come before the instance was here to see them. An event that has moved the instance is not news
 * to it, nor is what came before that one; nor the event that began it.
 */
export function missedEvents(run: Run, lookBack: Duration | undefined): readonly SeenEvent[] {
  const { recent, instance, now, since } = run;
  const { entry, event, steps } = instance;
  const reach = lookBack === undefined ? Infinity : addDuration(now, negative(lookBack), run.zone(undefined));
  const movers = new Set([event, ...Object.values(steps).map((memory) => memory.event)].map((each) => each?.messageId));
  movers.delete(entry.messageId);
  const first = recent.findLastIndex(({ messageId }) => movers.has(messageId)) + 1;
  return recent.slice(first).filter(({ messageId, timestamp }) => {
    const at = Date.parse(timestamp);
    return messageId !== entry.messageId && (at > since || at >= reach);
  });
}

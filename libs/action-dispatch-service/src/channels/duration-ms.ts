import { addDuration, parseDuration } from '@waymark/customer-context';

/** An exact duration in milliseconds; a day is 24 hours here. */
export function durationMs(duration: string): number {
  return addDuration(0, parseDuration(duration), 'UTC');
}

import { WaymarkError, type EpochMs } from '@waymark/contracts';

/** No company streams events from before it; a smaller year is a unit mistaken (seconds for milliseconds). */
const EARLIEST = Date.parse('2000-01-01T00:00:00Z');
/** Clocks may be off, but not by more than a day after the correction. */
const AHEAD_MAX_MS = 24 * 3_600_000;
/** What one of our machines has accepted, another one, whose clock is behind, must not refuse. */
const RECORD_AHEAD_MAX_MS = 2 * AHEAD_MAX_MS;

export interface GivenTimes {
  timestamp?: string | undefined;
  sentAt?: string | undefined;
}

/**
 * R72: when an event happened by our clock, `receivedAt - (sentAt - timestamp)`; without `sentAt` its own timestamp, without
 * either the moment it was received. Throws INVALID_TIMESTAMP before 2000 or more than a day ahead.
 */
export function eventTime({ timestamp, sentAt }: GivenTimes, receivedAt: EpochMs): EpochMs {
  if (timestamp === undefined) return receivedAt;
  const original = Date.parse(timestamp);
  const corrected = sentAt === undefined ? original : receivedAt - (Date.parse(sentAt) - original);
  if (original < EARLIEST || corrected < EARLIEST)
    throw new WaymarkError('INVALID_TIMESTAMP', `timestamp ${timestamp} is before the year 2000`);
  if (corrected > receivedAt + AHEAD_MAX_MS)
    throw new WaymarkError('INVALID_TIMESTAMP', `timestamp ${timestamp} is more than a day in the future`);
  return corrected;
}

/**
 * What is wrong with the times of an event on the log, in a sentence: HTTP has checked them before, another producer may not
 * have. An event from the far future would be its customer's last one of its name for ever.
 */
export function recordTimeMistake(times: { timestamp: string; receivedAt: string }, now: EpochMs): string | undefined {
  for (const name of ['timestamp', 'receivedAt'] as const) {
    const at = Date.parse(times[name]);
    if (at < EARLIEST) return `${name} ${times[name]} is before the year 2000`;
    if (at > now + RECORD_AHEAD_MAX_MS) return `${name} ${times[name]} is more than two days in the future`;
  }
  return undefined;
}

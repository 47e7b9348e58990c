import type { ChannelFigures, MessageFigures } from '@waymark/simulation';

/** 12,345 or 12,345.5. */
export function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}

export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;
}

/** `ALREADY_ACTIVE 98, NOT_ELIGIBLE 35`. */
export function list(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${number(count)}`).join(', ');
}

/** An instant to the minute, UTC. */
export function minute(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;
}

/** `CAP (three-a-week) 48`. */
export function suppressions({ suppressed }: MessageFigures): string {
  return suppressed
    .map(({ reason, rule, count }) => `${reason}${rule === undefined ? '' : ` (${rule})`} ${number(count)}`)
    .join(', ');
}

/** The fullest hour of each of at most `max` stretches of equal length. */
export function peaks(counts: readonly number[], max: number): number[] {
  const hours = Math.max(1, Math.ceil(counts.length / max));
  const stretches = Math.ceil(counts.length / hours);
  return Array.from({ length: stretches }, (_, i) => Math.max(...counts.slice(i * hours, (i + 1) * hours)));
}

/** When the last hour in which anything left by a channel ended. */
export function endOf({ from, counts }: NonNullable<ChannelFigures['perHour']>): string {
  return new Date(Date.parse(from) + counts.length * 3_600_000).toISOString();
}

/** Whether any message went, or would have gone, by a channel. */
export function isUsed({ sent, failed, suppressed }: ChannelFigures): boolean {
  return sent + failed + suppressed > 0;
}

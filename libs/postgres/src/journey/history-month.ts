import type { EpochMs } from '@waymark/contracts';

/** A partition of the history: what was written in one month (UTC), or, the first one, all that was before a month. */
export interface HistoryMonth {
  name: string;
  /** The first day in it, `2026-12-01`; absent for the first partition. */
  from?: string;
  /** The first day after it. */
  to: string;
}

/** The month of a moment, and as many after it. */
export function monthsFrom(now: EpochMs, count: number): HistoryMonth[] {
  const date = new Date(now);
  return Array.from({ length: count }, (_, nth) => monthOf(date.getUTCFullYear(), date.getUTCMonth() + nth));
}

/** What a name says; undefined for a table that is none of ours. */
export function historyMonth(name: string): HistoryMonth | undefined {
  const [, before, year, month] = /^history_(before_)?(\d{4})_(\d{2})$/.exec(name) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const its = monthOf(Number(year), Number(month) - 1);
  return before === undefined ? its : { name, to: its.from };
}

/** Whether all of it was written before a moment. */
export function isBefore({ to }: HistoryMonth, moment: EpochMs): boolean {
  return Date.parse(to) <= moment;
}

function monthOf(year: number, month: number): HistoryMonth & { from: string } {
  const from = firstDay(year, month);
  return { name: `history_${from.slice(0, 7).replace('-', '_')}`, from, to: firstDay(year, month + 1) };
}

function firstDay(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}

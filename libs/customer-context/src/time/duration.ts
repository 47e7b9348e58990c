import { DURATION_PATTERN } from '@waymark/contracts';

/** An ISO 8601 duration, split into what the calendar decides and what is exact. */
export interface Duration {
  years: number;
  months: number;
  weeks: number;
  days: number;
  /** Hours and shorter, in milliseconds. */
  exactMs: number;
}

const DAY_MS = 86_400_000;

/** Milliseconds that a duration never exceeds, whatever the calendar: how far back something of that window can matter. */
export function upperBoundMs(text: string): number {
  const { years, months, weeks, days, exactMs } = parseDuration(text);
  return (years * 366 + months * 31 + weeks * 7 + days + 1) * DAY_MS + exactMs;
}

/** The same span backwards. */
export function negative({ years, months, weeks, days, exactMs }: Duration): Duration {
  return { years: -years, months: -months, weeks: -weeks, days: -days, exactMs: -exactMs };
}

/** Reads a duration that the schema has accepted. Throws RangeError for anything else. */
export function parseDuration(text: string): Duration {
  const match = DURATION_PATTERN.exec(text);
  if (!match) throw new RangeError(`"${text}" is not an ISO 8601 duration such as PT30M or P1D`);
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { years, months, weeks, days, exactMs: Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000) };
}

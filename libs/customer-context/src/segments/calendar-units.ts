import type { EpochMs } from '@waymark/contracts';
import { Temporal } from 'temporal-polyfill';
import { nextPeriodStart } from '../time/calendar.js';

/** What a time, or a duration, can be asked for: its answer is the same for as long as one of these. */
export type Unit = 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['getFullYear', 'day'],
  ['getMonth', 'day'],
  ['getDate', 'day'],
  ['getDayOfMonth', 'day'],
  ['getDayOfWeek', 'day'],
  ['getDayOfYear', 'day'],
  ['getHours', 'hour'],
  ['getMinutes', 'minute'],
  ['getSeconds', 'second'],
  ['getMilliseconds', 'millisecond'],
]);

/** Milliseconds of a unit of a duration; days are not asked of one. */
export const UNIT_MS: Readonly<Record<Unit, number>> = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};

/** The unit that CEL's accessor of this name tells of; undefined for other functions. */
export function unitOf(accessor: string): Unit | undefined {
  return UNITS.get(accessor);
}

/** The first instant after a moment at which another hour, day or so begins in a zone. */
export function nextUnit(moment: EpochMs, unit: Unit, zone: string): EpochMs {
  if (unit === 'day') return nextPeriodStart(moment, 'day', zone, 'mon');
  if (unit !== 'hour') return (Math.floor(moment / UNIT_MS[unit]) + 1) * UNIT_MS[unit];
  const local = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone);
  const hour = local.add({ hours: 1 }).round({ smallestUnit: 'hour', roundingMode: 'floor' }).epochMilliseconds;
  const change = local.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity;
  return Math.min(hour > moment ? hour : Infinity, change, moment + UNIT_MS.hour);
}

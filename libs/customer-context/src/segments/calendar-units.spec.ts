import { describe, expect, it } from '@jest/globals';
import { nextUnit, unitOf, type Unit } from './calendar-units.js';

describe('where the next unit of a clock begins', () => {
  it.each<[unit: Unit, zone: string, from: string, to: string]>([
    ['hour', 'UTC', '2026-05-04T08:00:00Z', '2026-05-04T09:00:00Z'],
    ['hour', 'UTC', '2026-05-04T08:59:59.999Z', '2026-05-04T09:00:00Z'],
    ['hour', 'Asia/Kathmandu', '2026-05-04T08:00:00Z', '2026-05-04T08:15:00Z'],
    ['hour', 'Europe/Paris', '2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z'],
    ['hour', 'Europe/Paris', '2026-10-25T00:30:00Z', '2026-10-25T01:00:00Z'],
    ['hour', 'Australia/Lord_Howe', '2026-10-03T15:00:00Z', '2026-10-03T15:30:00Z'],
    ['day', 'Europe/Paris', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['day', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00Z'],
    ['minute', 'UTC', '2026-05-04T08:00:30Z', '2026-05-04T08:01:00Z'],
  ])('%s in %s after %s', (unit, zone, from, to) => {
    expect(new Date(nextUnit(Date.parse(from), unit, zone))).toEqual(new Date(to));
  });

  it('is told by the accessors of CEL, and by no other functions', () => {
    expect(['getHours', 'getDayOfWeek', 'getFullYear', 'size', 'toString'].map(unitOf)).toEqual([
      'hour',
      'day',
      'day',
      undefined,
      undefined,
    ]);
  });
});

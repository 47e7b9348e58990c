import { describe, expect, it } from '@jest/globals';
import { eventTime } from './event-times.js';

const RECEIVED_AT = Date.parse('2026-05-04T08:00:00Z');
const at = (time: number): string => new Date(time).toISOString();

describe('the time of an event (R72)', () => {
  it.each([
    ['without any time is when it was received', {}, '2026-05-04T08:00:00.000Z'],
    ['without a timestamp is when it was received', { sentAt: '2026-05-04T09:00:00Z' }, '2026-05-04T08:00:00.000Z'],
    ['without sentAt is its own timestamp', { timestamp: '2026-05-04T07:15:00Z' }, '2026-05-04T07:15:00.000Z'],
    [
      'by a clock an hour ahead is an hour earlier',
      { timestamp: '2026-05-04T08:50:00Z', sentAt: '2026-05-04T09:00:00Z' },
      '2026-05-04T07:50:00.000Z',
    ],
    [
      'by a clock two days behind is two days later',
      { timestamp: '2026-05-02T07:59:30Z', sentAt: '2026-05-02T08:00:00Z' },
      '2026-05-04T07:59:30.000Z',
    ],
    [
      'is an instant: offsets do not matter',
      { timestamp: '2026-05-04T10:59:00+02:00', sentAt: '2026-05-04T06:00:00-03:00' },
      '2026-05-04T07:59:00.000Z',
    ],
    [
      'by a clock years ahead is put right',
      { timestamp: '2056-05-04T07:59:00Z', sentAt: '2056-05-04T08:00:00Z' },
      '2026-05-04T07:59:00.000Z',
    ],
    ['of the first moment of 2000 is taken', { timestamp: '2000-01-01T00:00:00Z' }, '2000-01-01T00:00:00.000Z'],
    ['exactly a day ahead is taken', { timestamp: '2026-05-05T08:00:00Z' }, '2026-05-05T08:00:00.000Z'],
  ])('%s', (_, given, expected) => {
    expect(at(eventTime(given, RECEIVED_AT))).toBe(expected);
  });

  it.each([
    ['before 2000', { timestamp: '1999-12-31T23:59:59.999Z' }, 'before the year 2000'],
    ['of seconds taken for milliseconds', { timestamp: '1970-01-21T13:28:00Z' }, 'before the year 2000'],
    [
      'before 2000 though its clock is put right',
      { timestamp: '1970-01-01T00:00:00Z', sentAt: '1970-01-01T00:01:00Z' },
      'before the year 2000',
    ],
    [
      'before 2000 once its clock is put right',
      { timestamp: '2000-06-01T00:00:00Z', sentAt: '2056-01-01T00:00:00Z' },
      'before the year 2000',
    ],
    ['more than a day ahead', { timestamp: '2026-05-05T08:00:00.001Z' }, 'more than a day in the future'],
    [
      'far behind its own sending',
      { timestamp: '2026-05-04T08:00:00Z', sentAt: '2026-05-02T00:00:00Z' },
      'more than a day in the future',
    ],
  ])('%s is refused', (_, given, detail) => {
    expect(() => eventTime(given, RECEIVED_AT)).toThrow(
      expect.objectContaining({ code: 'INVALID_TIMESTAMP', message: expect.stringContaining(detail) }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { conditionSchema, durationSchema, localTimeSchema, resourceIdSchema } from './parts.js';

describe('a duration', () => {
  it.each([
    'P1D',
    'P2W',
    'P1Y',
    'P3M',
    'P1Y2M3W4D',
    'PT30M',
    'PT0S',
    'P0D',
    'PT1.5S',
    'PT0.001S',
    'P1DT12H',
    'P1Y2M3W4DT5H6M7.8S',
    'PT100000H',
    'P100Y',
  ])('may be written %s', (text) => {
    expect(durationSchema.parse(text)).toBe(text);
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['a P alone', 'P'],
    ['a T with nothing behind it', 'PT'],
    ['days and a T with nothing behind it', 'P1DT'],
    ['a number without a unit', 'P1'],
    ['a time without a unit', 'PT5'],
    ['hours without a T', 'P1H'],
    ['days behind a T', 'PT1D'],
    ['units out of order', 'P1D1W'],
    ['times out of order', 'PT1M1H'],
    ['a unit twice', 'PT1M1M'],
    ['a fraction of a day', 'P1.5D'],
    ['a fraction of an hour', 'PT1.5H'],
    ['a fraction without a number', 'PT.5S'],
    ['a comma', 'PT1,5S'],
    ['a sign before it', '-P1D'],
    ['a sign in it', 'P-1D'],
    ['small letters', 'p1d'],
    ['space around it', ' P1D'],
    ['a line break behind it', 'P1D\n'],
    ['words', '1 day'],
    ['a number', 60],
    ['longer than a lifetime', 'P101Y'],
    ['longer than a lifetime in hours', 'PT999999999H'],
    ['a number that no calendar holds', `P${'9'.repeat(400)}Y`],
  ])('is not %s', (_, text) => {
    expect(durationSchema.safeParse(text).success).toBe(false);
  });

  it('says how it is written', () => {
    expect(durationSchema.safeParse('1 day').error?.issues[0]?.message).toBe(
      'a duration is written as in ISO 8601, such as PT30M, PT1H or P1D',
    );
  });
});

describe('an id', () => {
  it.each(['a', '7', 'welcome', 'step-2', '2nd-try', 'a-', 'a'.repeat(63)])('may be %s', (id) => {
    expect(resourceIdSchema.parse(id)).toBe(id);
  });

  it.each(['', '-a', 'Welcome', 'a_b', 'a b', 'a.b', 'a/b', 'é', 'a\n', '__proto__', 'constructor', 'a'.repeat(64), 7])(
    'may not be %j',
    (id) => {
      expect(resourceIdSchema.safeParse(id).success).toBe(false);
    },
  );
});

describe('a time of day', () => {
  it.each(['00:00', '09:00', '19:59', '23:59'])('may be %s', (time) => {
    expect(localTimeSchema.parse(time)).toBe(time);
  });

  it.each(['24:00', '9:00', '09:60', '0900', '09:00:00', '09:00Z', '', 9])('may not be %j', (time) => {
    expect(localTimeSchema.safeParse(time).success).toBe(false);
  });
});

describe('a condition', () => {
  it('is never empty', () => {
    expect([conditionSchema.safeParse('').success, conditionSchema.safeParse('true').success]).toEqual([false, true]);
  });
});

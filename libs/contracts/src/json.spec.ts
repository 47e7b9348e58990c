import { describe, expect, it } from '@jest/globals';
import { instantSchema, jsonObjectSchema } from './json.js';

describe('an instant', () => {
  it.each([
    '2026-05-04T08:00:00Z',
    '2026-05-04T08:00:00.123Z',
    '2026-05-04T08:00:00.123456Z',
    '2026-05-04T10:00:00+02:00',
    '2024-02-29T00:00:00Z',
  ])('may be written %s', (text) => {
    expect(instantSchema.parse(text)).toBe(text);
    expect(Date.parse(text)).not.toBeNaN();
  });

  it.each([
    '2026-05-04',
    '2026-05-04T08:00:00',
    '2026-05-04 08:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-05-04T24:00:00Z',
    '2026-05-04T08:60:00Z',
    'yesterday',
    '',
    1777881600000,
  ])('is not %j', (text) => {
    expect(instantSchema.safeParse(text).success).toBe(false);
  });
});

describe('a JSON object', () => {
  it.each([{}, { a: null }, { a: [1, 'b', { c: false }] }, { '': { deep: { deeper: [] } } }])('may be %j', (value) => {
    expect(jsonObjectSchema.parse(value)).toEqual(value);
  });

  it.each<[string, unknown]>([
    ['a list', []],
    ['null', null],
    ['a text', 'a'],
    ['a function in it', { a: () => 1 }],
    ['a date in it', { a: new Date(0) }],
    ['not-a-number in it', { a: NaN }],
    ['infinity deep in it', { a: [{ b: Infinity }] }],
  ])('is not %s', (_, value) => {
    expect(jsonObjectSchema.safeParse(value).success).toBe(false);
  });
});

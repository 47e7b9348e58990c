import { describe, expect, it } from '@jest/globals';
import { boundValues } from './bound-values.js';

const only = (value: unknown): unknown => boundValues([value])[0];

describe('values as the driver sends them', () => {
  it('has an array of strings in the binary format of a text[]', () => {
    expect(only(['é', null, ''])).toEqual(
      Buffer.from([
        ...[0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 3, 0, 0, 0, 1],
        ...[0, 0, 0, 2, 0xc3, 0xa9],
        ...[0xff, 0xff, 0xff, 0xff],
        ...[0, 0, 0, 0],
      ]),
    );
  });

  it.each([
    { values: [1, null, -2.5], text: '{1,null,-2.5}' },
    { values: [true, false], text: '{true,false}' },
  ])('joins $values', ({ values, text }) => {
    expect(only(values)).toBe(text);
  });

  it.each([[[]], [[null, null]], ['a'], [7], [null], [undefined]])('leaves %j to the driver', (value) => {
    expect(only(value)).toBe(value);
  });
});

import { describe, expect, it } from '@jest/globals';
import { hashId } from './hash-id.js';

describe('hashId', () => {
  it('is the same for the same parts, for ever: ids derived from it are stored', () => {
    expect(hashId('welcome', 'ada', '', '1')).toBe(hashId('welcome', 'ada', '', '1'));
    expect(hashId('a')).toBe('DrW41vgbxnfaighWfMT6mgal');
  });

  it.each([
    [['a', 'b'], ['ab']],
    [['a', 'b'], ['a,b']],
    [['a', 'b'], ['a","b']],
    [['a', ''], ['a']],
    [
      ['a', 'bc'],
      ['ab', 'c'],
    ],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [[], ['']],
  ])('tells %j from %j: no part can flow into its neighbour', (one, other) => {
    expect(hashId(...one)).not.toBe(hashId(...other));
  });

  it.each([[[]], [['x'.repeat(10_000)]], [['Zoë', '🛒', '\u0000']]])(
    'is 24 characters that fit everywhere (%#)',
    (parts: string[]) => {
      expect(hashId(...parts)).toMatch(/^[\w-]{24}$/);
    },
  );
});

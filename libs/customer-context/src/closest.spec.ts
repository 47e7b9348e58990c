import { describe, expect, it } from '@jest/globals';
import { closest } from './closest.js';

describe('closest', () => {
  it.each([
    ['tempalte', ['template', 'channel'], 'template'],
    ['nxet', ['next', 'none'], 'next'],
    ['prise', ['price', 'size'], 'price'],
    ['Cart', ['cart'], 'cart'],
    ['cart-remainder', ['cart-reminder'], 'cart-reminder'],
    ['rate', ['name', 'type'], undefined],
    ['pause', ['page'], undefined],
    ['x', [], undefined],
  ])('%s among %j is %s', (name, known, expected) => {
    expect(closest(name, known)).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { chooseWays } from './choose-ways.js';

describe('the ways to provide a server', () => {
  it.each([
    { given: true, docker: true, native: true, ways: ['given'] },
    { given: true, docker: false, native: false, ways: ['given'] },
    { given: false, docker: true, native: true, ways: ['docker', 'native'] },
    { given: false, docker: true, native: false, ways: ['docker'] },
    { given: false, docker: false, native: true, ways: ['native'] },
    { given: false, docker: false, native: false, ways: [] },
  ])('are $ways (given: $given, Docker: $docker, native: $native)', ({ ways, ...means }) => {
    expect(chooseWays(means)).toEqual(ways);
  });
});

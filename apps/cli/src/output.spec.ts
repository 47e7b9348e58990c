import { describe, expect, it } from '@jest/globals';
import { complain, print, say } from './output.js';
import { captured } from './testing/run-command.js';

describe('what is printed', () => {
  it('is lines for people', async () => {
    const print1 = (): void => print({ a: 1 }, { json: undefined, text: () => 'one a' });
    expect(await captured(print1)).toEqual({ stdout: 'one a\n', stderr: '' });
  });

  it('is JSON for machines, and the lines are not even made', async () => {
    const never = (): string => {
      throw new Error('nobody asked');
    };
    const { stdout } = await captured(() => print({ a: [1] }, { json: true, text: never }));
    expect(JSON.parse(stdout)).toEqual({ a: [1] });
    expect(stdout).toMatch(/\n$/);
  });

  it('keeps standard output for data: everything else is said on standard error', async () => {
    const talk = (): void => {
      say('on my way');
      complain('not there');
    };
    expect(await captured(talk)).toEqual({ stdout: '', stderr: 'on my way\n✗ not there\n' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { linesOf } from './lines-of.js';

async function* pieces(...texts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function linesIn(...texts: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(pieces(...texts))) lines.push(line);
  return lines;
}

describe('linesOf', () => {
  it.each([
    [['a\nb\n'], ['a', 'b']],
    [['a\r\nb'], ['a', 'b']],
    [
      ['a', 'b\nc', '\n', '\nd'],
      ['ab', 'c', '', 'd'],
    ],
    [[], []],
  ])('%j are %j', async (texts, lines) => {
    expect(await linesIn(...texts)).toEqual(lines);
  });

  it('joins a character that two pieces share', async () => {
    const bytes = Buffer.from('é\n');
    expect(await linesIn(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(['é']);
  });

  it('cuts a line that is too long to be a call, and goes on with the next', async () => {
    const [long, next] = await linesIn(...Array.from({ length: 20 }, () => 'x'.repeat(64 * 1024)), 'y\nnext\n');
    expect(long!.length).toBeLessThan(400_000);
    expect(next).toBe('next');
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkWorkspace } from './check-workspace.js';
import { SAMPLE, sampleWith } from './testing/sample-workspace.js';

const place = fc.record({
  file: fc.constantFrom(...Object.keys(SAMPLE)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
});
const scrap = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    ':',
    '- ',
    '{',
    '}',
    '[',
    '"',
    "'",
    '#',
    '|',
    '&a',
    '*a',
    '!!set',
    '---\n',
    '{{',
    '{%',
    '\u0000',
    '\ud800',
  ),
  fc.string(),
);

describe('checkWorkspace', () => {
  it('never throws for what files say, and every error names a place in a file that is there', () => {
    fc.assert(
      fc.property(place, fc.nat({ max: 20 }), scrap, ({ file, at }, removed, inserted) => {
        const text = SAMPLE[file]!;
        const offset = Math.floor(at * text.length);
        const changed = text.slice(0, offset) + inserted + text.slice(offset + removed);
        const { errors } = checkWorkspace(sampleWith({ [file]: changed }), (value) => value.padEnd(16));
        for (const error of errors) {
          const lines = error.file === file ? changed : SAMPLE[error.file]!;
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.line).toBeLessThanOrEqual(lines.split('\n').length);
          expect(error.column).toBeGreaterThanOrEqual(1);
          expect(error.message).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { captureLog } from '../testing/captured-log.js';
import { TellingExporter } from './telling-exporter.js';

describe('a collector that does not take spans', () => {
  it('is told when it begins to, and when it takes them again; the exporter is told each time', () => {
    const results = [0, 1, 1, 0, 0, 1];
    const { logger, lines } = captureLog();
    const error = new Error('connection refused');
    const exporter = new TellingExporter(
      {
        export: (_, done) => {
          const code = results.shift()!;
          done(code === 0 ? { code } : { code, error });
        },
        shutdown: () => Promise.resolve(),
      },
      logger,
    );
    const codes: number[] = [];
    for (let i = 0; i < 6; i += 1) exporter.export([], ({ code }) => codes.push(code));
    expect(codes).toEqual([0, 1, 1, 0, 0, 1]);
    expect(lines.map(({ msg, reason }) => [msg, reason])).toEqual([
      ['spans cannot be exported', 'connection refused'],
      ['spans can be exported again', undefined],
      ['spans cannot be exported', 'connection refused'],
    ]);
  });
});

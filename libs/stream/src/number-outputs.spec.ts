import { describe, expect, it } from '@jest/globals';
import { HEADERS, type NewRecord } from '@waymark/contracts';
import { numberOutputs } from './number-outputs.js';

const output = (key: string, headers?: NewRecord['headers']): NewRecord => ({
  topic: 'events',
  key,
  value: '{}',
  ...(headers && { headers }),
});
const FROM = { service: 'ingestion', partition: 2, sequence: 41 } as const;

describe('numberOutputs (P3)', () => {
  it('stamps the source and a sequence that rises by one, on from the one given', () => {
    const numbered = numberOutputs([output('a'), output('b'), output('c')], FROM);
    expect(numbered.map(({ headers }) => headers)).toEqual(
      ['41', '42', '43'].map((sequence) => ({ [HEADERS.source]: 'ingestion/2', [HEADERS.sequence]: sequence })),
    );
  });

  it('keeps order, content and other headers, and overrules a stamp from further up', () => {
    const stale = { trace: 'x', [HEADERS.source]: 'elsewhere/0', [HEADERS.sequence]: '7' };
    expect(numberOutputs([{ ...output('a', stale), partition: 3 }, output('b')], FROM)).toEqual([
      {
        ...output('a'),
        partition: 3,
        headers: { trace: 'x', [HEADERS.source]: 'ingestion/2', [HEADERS.sequence]: '41' },
      },
      { ...output('b'), headers: { [HEADERS.source]: 'ingestion/2', [HEADERS.sequence]: '42' } },
    ]);
  });

  it('leaves the outputs it is given alone, so that a redone batch is numbered from the beginning', () => {
    const outputs = [Object.freeze(output('a', Object.freeze({ trace: 'x' })))];
    expect(numberOutputs(outputs, FROM)).toEqual(numberOutputs(outputs, FROM));
    expect(outputs[0]!.headers).toEqual({ trace: 'x' });
  });

  it('makes nothing of nothing', () => {
    expect(numberOutputs([], FROM)).toEqual([]);
  });
});

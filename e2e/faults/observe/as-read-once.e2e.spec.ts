import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '@waymark/contracts';
import { asReadOnce } from './as-read-once.js';

function record(value: string, headers: Record<string, string>): LogRecord {
  return { topic: 'events', partition: 0, offset: 0, key: 'ada', value, headers };
}

const from = (source: string, sequence: number): Record<string, string> => ({
  'wm-source': source,
  'wm-seq': String(sequence),
});

describe('asReadOnce', () => {
  it('passes over what a source has published again, and nothing else', () => {
    const records = [
      record('a', from('ingestion/0', 1)),
      record('b', from('ingestion/0', 2)),
      record('b again', from('ingestion/0', 2)),
      record('another source', from('ingestion/1', 1)),
      record('nobody says from where', {}),
      record('c', from('ingestion/0', 3)),
      record('a again', from('ingestion/0', 1)),
    ];
    expect(asReadOnce(records).map(({ value }) => value)).toEqual([
      'a',
      'b',
      'another source',
      'nobody says from where',
      'c',
    ]);
  });
});

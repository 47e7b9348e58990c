import { describe, expect, it } from '@jest/globals';
import { deadLetterSchema, type LogRecord } from '@waymark/contracts';
import { deadLetterRecord } from './dead-letters.js';

const BY = { service: 'journey-state', now: Date.parse('2026-05-04T08:00:00Z') } as const;
const record = (more: Partial<LogRecord> = {}): LogRecord => ({
  topic: 'events',
  partition: 3,
  offset: 17,
  key: 'ada',
  value: '{}',
  headers: { 'wm-source': 'ingestion/3', 'wm-seq': '9' },
  ...more,
});
const refused = (more: Partial<LogRecord> = {}): Parameters<typeof deadLetterRecord>[0] => ({
  record: record(more),
  code: 'MALFORMED_JSON',
  detail: 'it ends too soon',
});

describe('deadLetterRecord (P5)', () => {
  it('says what was refused, where it stood, by whom, when and why', () => {
    const { topic, key, value } = deadLetterRecord(refused(), BY);
    expect([topic, key]).toEqual(['dead-letters', 'ada']);
    expect(JSON.parse(value)).toEqual({
      schemaVersion: 1,
      service: 'journey-state',
      topic: 'events',
      partition: 3,
      offset: 17,
      key: 'ada',
      value: '{}',
      headers: { 'wm-source': 'ingestion/3', 'wm-seq': '9' },
      code: 'MALFORMED_JSON',
      detail: 'it ends too soon',
      at: '2026-05-04T08:00:00.000Z',
    });
  });

  it.each([
    '{not json',
    '',
    '{"a": 1.0,  "b":"\\u00e9"}\r\n',
    '\u0000\u0001"\\',
    'Zoë 顧客 🛒',
    '{"value":"{\\"nested\\":true}"}',
  ])('keeps the bytes of %j, so that it can be redriven', (value) => {
    const letter = deadLetterSchema.parse(JSON.parse(deadLetterRecord(refused({ value }), BY).value));
    expect(letter.value).toBe(value);
  });

  it('keeps bytes that are not UTF-8', () => {
    const letter: unknown = JSON.parse(deadLetterRecord(refused({ value: '/w==', encoding: 'base64' }), BY).value);
    expect(letter).toMatchObject({ value: '/w==', encoding: 'base64' });
  });

  it.each([
    ['redrive/2-17', '2-17'],
    ['ingestion/2', undefined],
    ['redrive/somewhere', undefined],
  ])('of a record with the source %s names as the letter before it %s', (source, first) => {
    const { value } = deadLetterRecord(refused({ headers: { 'wm-source': source, 'wm-seq': '0' } }), BY);
    expect(deadLetterSchema.parse(JSON.parse(value)).redriveOf).toBe(first);
  });

  it('carries no stamp of the refused record as its own', () => {
    expect(deadLetterRecord(refused(), BY).headers).toBeUndefined();
  });
});

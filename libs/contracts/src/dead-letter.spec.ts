import { describe, expect, it } from '@jest/globals';
import { deadLettersRecordSchema, letterIdSchema, redriveOf, redrivenSchema, redriveSource } from './dead-letter.js';

describe('the id of a dead letter', () => {
  it.each(['0-0', '2-17', '63-123456789012345'])('may be %s', (id) => {
    expect(letterIdSchema.parse(id)).toBe(id);
    expect(redriveOf(redriveSource(id))).toBe(id);
  });

  it.each(['', '2', '2-', '-17', '2-17-1', 'a-b', '2 -17', '2-17\n', '-1-2', `0-${'1'.repeat(16)}`])(
    'is not %j, and no source names it',
    (id) => {
      expect(letterIdSchema.safeParse(id)).toMatchObject({
        error: { issues: [{ message: 'must be a partition and an offset, as in 2-17' }] },
      });
      expect(redriveOf(`redrive/${id}`)).toBeUndefined();
    },
  );

  it.each([undefined, '', 'ingestion/2', 'xredrive/2-17', 'Redrive/2-17'])('is not in the source %s', (source) => {
    expect(redriveOf(source)).toBeUndefined();
  });
});

describe('a mark of what was redriven', () => {
  const MARK = { schemaVersion: 1, type: 'redriven', letters: ['2-17', '2-18'], at: '2026-05-04T08:00:00Z' };

  it('stands among the letters', () => {
    expect(deadLettersRecordSchema.parse(MARK)).toEqual(MARK);
  });

  it.each([{ letters: [] }, { letters: ['2'] }, { at: 'now' }, { schemaVersion: 2 }, { type: 'undone' }])(
    'is none with %j',
    (over) => {
      expect(redrivenSchema.safeParse({ ...MARK, ...over }).success).toBe(false);
      expect(deadLettersRecordSchema.safeParse({ ...MARK, ...over }).success).toBe(false);
    },
  );
});

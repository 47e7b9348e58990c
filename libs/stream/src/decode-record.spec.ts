import { describe, expect, it } from '@jest/globals';
import { rawRecordSchema, type LogRecord } from '@waymark/contracts';
import { decodeRecord } from './decode-record.js';

const EVENT = {
  schemaVersion: 1,
  type: 'track',
  messageId: 'm-1',
  source: 'web',
  userId: 'ada',
  event: 'Signed Up',
  timestamp: '2026-05-04T08:00:00Z',
  receivedAt: '2026-05-04T08:00:00Z',
};
const WORKSPACE = {
  schemaVersion: 1,
  type: 'workspace',
  revision: 3,
  changes: [],
  appliedAt: '2026-05-04T08:00:00Z',
};

const recordOf = (value: string): LogRecord => ({
  topic: 'events.raw',
  partition: 0,
  offset: 0,
  key: 'ada',
  value,
  headers: {},
});
const decoded = (value: unknown): ReturnType<typeof decodeRecord> =>
  decodeRecord(recordOf(typeof value === 'string' ? value : JSON.stringify(value)), rawRecordSchema);

describe('decodeRecord', () => {
  it('gives a record as its schema has it, with the defaults filled in', () => {
    expect(decoded(EVENT)).toEqual({ type: 'record', record: { ...EVENT, properties: {}, traits: {}, context: {} } });
  });

  it('tells a workspace change apart from the records it travels with', () => {
    expect(decoded(WORKSPACE)).toEqual({ type: 'workspace', change: WORKSPACE });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['no JSON', '{not json', 'MALFORMED_JSON', /JSON/],
    ['nothing at all', '', 'MALFORMED_JSON', /JSON/],
    ['null', 'null', 'INVALID_RECORD', /expected object/],
    ['a bare number', '7', 'INVALID_RECORD', /expected object/],
    ['a list', '[]', 'INVALID_RECORD', /expected object/],
    ['a type nobody knows', { ...EVENT, type: 'purchase' }, 'INVALID_RECORD', /type: /],
    ['a missing field', { ...EVENT, messageId: undefined }, 'INVALID_RECORD', /^messageId: /],
    ['no schema version', { ...EVENT, schemaVersion: undefined }, 'INVALID_RECORD', /^schemaVersion: /],
    ['a schema version that is no number', { ...EVENT, schemaVersion: '1' }, 'INVALID_RECORD', /^schemaVersion: /],
    ['a workspace change with a mistake', { ...WORKSPACE, revision: 0 }, 'INVALID_RECORD', /^revision: /],
  ])('never throws: %s is invalid, and says what is wrong (P5)', (_, value, code, detail) => {
    expect(decoded(value)).toEqual({ type: 'invalid', code, detail: expect.stringMatching(detail) });
  });

  it('names every mistake at once', () => {
    const { detail } = decoded({ ...EVENT, messageId: '', timestamp: 'yesterday' }) as { detail: string };
    expect(detail.split('; ').map((mistake) => mistake.split(':')[0])).toEqual(['messageId', 'timestamp']);
  });

  it.each([0, 2, 1.5])('refuses schema version %d by name before it looks at anything else', (schemaVersion) => {
    expect(decoded({ schemaVersion, type: 'something new' })).toEqual({
      type: 'invalid',
      code: 'UNKNOWN_SCHEMA_VERSION',
      detail: `schema version ${schemaVersion} is not known to this program, which knows 1`,
    });
  });
});

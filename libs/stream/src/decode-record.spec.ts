import { describe, expect, it } from '@jest/globals';
import {
  actionRecordSchema,
  eventRecordSchema,
  interactionRecordSchema,
  rawRecordSchema,
  type LogRecord,
} from '@waymark/contracts';
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
    ['nothing at all', '', 'MALFORMED_JSON', /^the value is empty; a record is JSON$/],
    ['a byte order mark', '\ufeff{}', 'MALFORMED_JSON', /^the value is not JSON: Unexpected token/],
    ['more levels than are handled', `${'['.repeat(101)}${']'.repeat(101)}`, 'TOO_DEEP', /more than 100 levels/],
    ['more levels than a stack has', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'TOO_DEEP', /more than 100 levels/],
    ['a key into prototypes', '{"a":[{"__proto__":{}}]}', 'FORBIDDEN_KEY', /^the key "__proto__" is not allowed$/],
    [
      'a number beyond numbers',
      JSON.stringify(EVENT).replace('}', ',"properties":{"a":1e999}}'),
      'INVALID_RECORD',
      /^properties\.a: /,
    ],
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

  it('says of bytes that are not UTF-8 that they are not, whatever their base64 text is', () => {
    const value = Buffer.from('{}').toString('base64');
    expect(decodeRecord({ ...recordOf(value), encoding: 'base64' }, rawRecordSchema)).toEqual({
      type: 'invalid',
      code: 'INVALID_UTF8',
      detail: 'the value is not valid UTF-8, as the JSON of a record is',
    });
  });

  it('does not quote what it could not read: it may hold personal data', () => {
    for (const value of ['ada@shop.example', '{"email":"ada@shop.example",x}', '{"a":ada@shop.example}'])
      expect(decoded(value)).toMatchObject({ code: 'MALFORMED_JSON', detail: expect.not.stringContaining('shop') });
  });

  it('takes an event of 256 KB, and a workspace of any size, but no larger event', () => {
    const sized = (bytes: number): string => {
      const text = JSON.stringify({ ...EVENT, properties: { a: '' } });
      return text.replace('"a":""', `"a":"${'é'.repeat((bytes - Buffer.byteLength(text)) / 2)}"`);
    };
    expect(decoded(sized(256 * 1024)).type).toBe('record');
    expect(decoded(sized(256 * 1024 + 2))).toMatchObject({ code: 'OVERSIZE', detail: 'an event may have 256 KB' });
    expect(decoded(JSON.stringify(WORKSPACE) + ' '.repeat(300_000)).type).toBe('workspace');
    const elsewhere: LogRecord = { ...recordOf(sized(300_000)), topic: 'events' };
    expect(decodeRecord(elsewhere, rawRecordSchema).type).toBe('record');
  });

  it.each([
    ['events', eventRecordSchema, 'track', 'customerId'],
    ['interactions', interactionRecordSchema, 'cancel', 'actionId'],
    ['actions', actionRecordSchema, 'report', 'messageId'],
  ] as const)('names the mistakes of a record of %s by the type it says it has', (_, schema, type, field) => {
    const record = recordOf(JSON.stringify({ schemaVersion: 1, type }));
    const { detail } = decodeRecord<{ type: string }>(record, schema) as { detail: string };
    expect(detail).toContain(`${field}: Invalid input: expected string, received undefined`);
    expect(detail).not.toContain('"workspace"');
  });

  it.each([0, 2, 1.5])('refuses schema version %d by name before it looks at anything else', (schemaVersion) => {
    expect(decoded({ schemaVersion, type: 'something new' })).toEqual({
      type: 'invalid',
      code: 'UNKNOWN_SCHEMA_VERSION',
      detail: `schema version ${schemaVersion} is not known to this program, which knows 1`,
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  actionIdSchema,
  customerIdSchema,
  decisionIdSchema,
  instanceIdSchema,
  messageIdSchema,
  OWN_SOURCE,
  sourceIdSchema,
  versionIdSchema,
} from './ids.js';

const SCHEMAS = {
  customerId: [customerIdSchema, 300],
  messageId: [messageIdSchema, 100],
  instanceId: [instanceIdSchema, 300],
  actionId: [actionIdSchema, 300],
  decisionId: [decisionIdSchema, 300],
  versionId: [versionIdSchema, 300],
  sourceId: [sourceIdSchema, 300],
} as const;

describe.each(Object.entries(SCHEMAS))('%s', (_, [schema, max]) => {
  it.each(['a', 'a'.repeat(max), 'zoë@example.com', '顧客-🛒', ' ', 'a\nb', '__proto__'])('takes %j', (id) => {
    expect(schema.parse(id)).toBe(id);
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['too much', 'a'.repeat(max + 1)],
    ['a NUL, which no database keeps', 'a\u0000b'],
    ['a NUL behind a line break', 'a\n\u0000'],
    ['half a surrogate pair, which has no UTF-8', 'a\ud83d'],
    ['a number', 7],
    ['null', null],
  ])('refuses %s', (_name, id) => {
    expect(schema.safeParse(id).success).toBe(false);
  });
});

describe('ids', () => {
  it('says what is wrong with a NUL', () => {
    expect(messageIdSchema.safeParse('\u0000').error?.issues[0]?.message).toBe('must not contain NUL characters');
  });

  it('knows the platform’s own source', () => {
    expect(OWN_SOURCE).toBe('waymark');
  });
});

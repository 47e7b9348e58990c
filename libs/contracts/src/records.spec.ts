import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { actionRecordSchema } from './action.js';
import { eventRecordSchema } from './customer-event.js';
import { deadLetterSchema } from './dead-letter.js';
import { interactionRecordSchema } from './interaction.js';
import { EVENT_TYPES, rawRecordSchema } from './raw-event.js';
import { resourceChangeSchema } from './resource-change.js';

const AT = '2026-05-04T08:00:00Z';
const WORKSPACE = {
  schemaVersion: 1,
  type: 'workspace',
  revision: 3,
  changes: [{ op: 'delete', kind: 'journey', id: 'welcome' }],
  appliedAt: AT,
};
const RAW = {
  schemaVersion: 1,
  type: 'track',
  messageId: 'm-1',
  source: 'web',
  userId: 'ada',
  event: 'Signed Up',
  properties: {},
  traits: {},
  context: {},
  timestamp: AT,
  receivedAt: AT,
};
const EVENT = {
  schemaVersion: 1,
  type: 'track',
  messageId: 'm-1',
  source: 'web',
  customerId: 'ada',
  name: 'Signed Up',
  properties: {},
  traits: {},
  timestamp: AT,
  receivedAt: AT,
  contextVersion: 1,
};
const treatment = { class: 'marketing', categories: [], priority: 0 };
const asked = { schemaVersion: 1, customerId: 'ada', requestedAt: AT, contextVersion: 1, actionId: 'a-1', cause: {} };
const ACT = { ...asked, ...treatment, type: 'act', channel: 'email', steps: {}, data: {} };
const DECIDE = { ...asked, ...treatment, type: 'decide', slot: 'hero', offers: {}, steps: {}, top: 1, explore: 0 };
const CANCEL = { ...asked, type: 'cancel' };
const COMPENSATE = { ...asked, type: 'compensate', offerId: 'refill', decisionId: 'd-1' };
const DELIVER = { ...asked, ...treatment, type: 'deliver', channel: 'email', content: {}, contentHash: 'h' };
const { contextVersion: _, ...CANCEL_ACTION } = CANCEL;
const { actionId: _id, ...REPORT } = { ...CANCEL_ACTION, type: 'report', messageId: 'm-1', event: 'E', properties: {} };

/** The records of each topic of the ring: the schema, and one of each type with nothing left out. */
const TOPICS: Record<string, [z.ZodType, object[]]> = {
  'events.raw': [rawRecordSchema, EVENT_TYPES.map((type) => ({ ...RAW, type }))],
  events: [eventRecordSchema, EVENT_TYPES.map((type) => ({ ...EVENT, type }))],
  interactions: [interactionRecordSchema, [ACT, DECIDE, CANCEL, COMPENSATE]],
  actions: [actionRecordSchema, [DELIVER, CANCEL_ACTION, REPORT]],
};

describe.each(Object.entries(TOPICS))('a record of %s', (_topic, [schema, records]) => {
  it.each(records.map((record) => [(record as { type: string }).type, record]))('may be %s', (_type, record) => {
    expect(schema.parse(record)).toEqual(record);
  });

  it('may be a workspace change, which travels with it all round the ring (R21)', () => {
    expect(schema.parse(WORKSPACE)).toEqual(WORKSPACE);
  });

  it.each<[string, object]>([
    ['another schema version', { schemaVersion: 2 }],
    ['no schema version', { schemaVersion: undefined }],
    ['a type that nobody knows', { type: 'purchase' }],
    ['no type', { type: undefined }],
  ])('is refused with %s', (_what, over) => {
    for (const record of [...records, WORKSPACE]) expect(schema.safeParse({ ...record, ...over }).success).toBe(false);
  });

  it('loses keys that nobody knows: a newer writer may add one', () => {
    for (const record of records) expect(schema.parse({ ...record, later: true })).toEqual(record);
  });
});

describe('what may be left out of a record', () => {
  it.each<[string, z.ZodType, object, object]>([
    [
      'properties, traits and context of a raw event',
      rawRecordSchema,
      RAW,
      { properties: {}, traits: {}, context: {} },
    ],
    ['traits of an event', eventRecordSchema, EVENT, { traits: {} }],
    ['data of an act', interactionRecordSchema, ACT, { data: {} }],
    ['top and explore of a decide', interactionRecordSchema, DECIDE, { top: 1, explore: 0 }],
  ])('%s', (_what, schema, full, defaults) => {
    const left = Object.fromEntries(Object.entries(full).filter(([key]) => !(key in defaults)));
    expect(schema.parse(left)).toEqual(full);
  });
});

describe('a workspace change', () => {
  it.each([0, -1, 1.5, '3', null])('has no revision %j: revisions rise by one from 1', (revision) => {
    expect(rawRecordSchema.safeParse({ ...WORKSPACE, revision }).success).toBe(false);
  });

  it('brings resources with their defaults filled in, and their content address', () => {
    const put = { op: 'put', version: 'v-1', resource: { kind: 'channel', id: 'mail', type: 'smtp' } };
    expect(resourceChangeSchema.parse(put)).toMatchObject({ ...put, resource: { timeout: 'PT10S' } });
  });

  it.each<[string, object]>([
    ['an unknown operation', { op: 'patch', kind: 'journey', id: 'a' }],
    ['a put without a version', { op: 'put', resource: { kind: 'channel', id: 'mail', type: 'smtp' } }],
    ['a put of a kind that nobody knows', { op: 'put', version: 'v-1', resource: { kind: 'robot', id: 'a' } }],
    ['a put of a resource with a mistake', { op: 'put', version: 'v-1', resource: { kind: 'channel', id: 'A' } }],
    ['a delete without an id', { op: 'delete', kind: 'journey' }],
  ])('is refused with %s', (_what, change) => {
    expect(rawRecordSchema.safeParse({ ...WORKSPACE, changes: [change] }).success).toBe(false);
  });
});

describe('a dead letter', () => {
  const LETTER = {
    schemaVersion: 1,
    service: 'ingestion',
    topic: 'events.raw',
    partition: 0,
    offset: 7,
    key: 'ada',
    value: '{not json',
    headers: { 'wm-seq': '1' },
    code: 'MALFORMED_JSON',
    detail: 'it is no JSON',
    at: AT,
  };

  it('keeps whatever text it is about, even none', () => {
    expect(deadLetterSchema.parse(LETTER)).toEqual(LETTER);
    expect(deadLetterSchema.parse({ ...LETTER, key: '', value: '' })).toMatchObject({ key: '', value: '' });
    const bytes = { ...LETTER, value: '/w==', encoding: 'base64', redriveOf: '2-17' };
    expect(deadLetterSchema.parse(bytes)).toEqual(bytes);
  });

  it.each(['service', 'topic', 'offset', 'value', 'headers', 'code', 'at'])('is none without its %s', (key) => {
    expect(deadLetterSchema.safeParse({ ...LETTER, [key]: undefined }).success).toBe(false);
  });
});

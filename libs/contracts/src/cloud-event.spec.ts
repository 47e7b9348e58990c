import { describe, expect, it } from '@jest/globals';
import { cloudEventSchema } from './cloud-event.js';

const EVENT = { specversion: '1.0', id: 'e-1', source: '/shop', type: 'Signed Up', subject: 'ada' };

describe('a CloudEvent', () => {
  it('needs its version, id, source, type and subject; without data its data is empty', () => {
    expect(cloudEventSchema.parse(EVENT)).toEqual({ ...EVENT, data: {} });
  });

  it('keeps extension attributes, as the specification asks', () => {
    const full = {
      ...EVENT,
      time: '2026-05-04T10:00:00.123+02:00',
      datacontenttype: 'application/json',
      data: { plan: 'pro', nested: [{ a: null }] },
      traceparent: '00-1',
    };
    expect(cloudEventSchema.parse(full)).toEqual(full);
  });

  it.each<[string, object]>([
    ['another version', { specversion: '0.3' }],
    ['no version', { specversion: undefined }],
    ['no id', { id: undefined }],
    ['an id that is too long for a message id', { id: 'x'.repeat(101) }],
    ['a NUL in its id', { id: 'a\u0000' }],
    ['no source', { source: undefined }],
    ['an empty source', { source: '' }],
    ['a source longer than any URI', { source: 'x'.repeat(2_001) }],
    ['a NUL in its source', { source: '/a\u0000' }],
    ['half a surrogate pair in its source', { source: '/a\ud800' }],
    ['no type', { type: undefined }],
    ['a type that is too long', { type: 'x'.repeat(201) }],
    ['no subject', { subject: undefined }],
    ['an empty subject', { subject: '' }],
    ['a time without a zone', { time: '2026-05-04T10:00:00' }],
    ['a time that is none', { time: 'yesterday' }],
    ['data that is no object', { data: 'text' }],
    ['data that is a list', { data: [] }],
  ])('is refused with %s', (_, over) => {
    expect(cloudEventSchema.safeParse({ ...EVENT, ...over }).success).toBe(false);
  });
});

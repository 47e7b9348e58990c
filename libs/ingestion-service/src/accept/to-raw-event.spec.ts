import { describe, expect, it } from '@jest/globals';
import type { Json, RawEvent, SourceId } from '@waymark/contracts';
import { NOW, aRawEvent, message } from '../testing/samples.js';
import { keyOf, toRawEvent, type Received } from './to-raw-event.js';

function read(call: Json, over: Partial<Received> = {}): RawEvent {
  return toRawEvent(call, {
    source: 'shop' as SourceId,
    receivedAt: Date.parse(NOW),
    newMessageId: () => 'made',
    ...over,
  });
}

const track = (over: Record<string, Json> = {}): Json => ({
  type: 'track',
  userId: 'ada',
  event: 'Cart Updated',
  ...over,
});

describe('a call as an event (R70)', () => {
  it('has the times and the source of its request, and an id where it brings none', () => {
    expect(read(track({ properties: { value: 3 }, context: { ip: '::1' }, integrations: { All: true } }))).toEqual({
      schemaVersion: 1,
      type: 'track',
      messageId: 'made',
      source: 'shop',
      userId: 'ada',
      anonymousId: undefined,
      event: 'Cart Updated',
      properties: { value: 3 },
      traits: {},
      context: { ip: '::1' },
      timestamp: NOW,
      receivedAt: NOW,
    });
  });

  it.each<[string, Json, Partial<RawEvent>]>([
    ['identify', { traits: { email: 'ada@shop.example' } }, { traits: { email: 'ada@shop.example' }, properties: {} }],
    ['identify', { traits: null }, { traits: {} }],
    [
      'page',
      { name: 'Home', category: 'Docs', properties: { url: '/' } },
      { event: 'Page Viewed', properties: { url: '/', name: 'Home', category: 'Docs' } },
    ],
    ['page', { name: null }, { event: 'Page Viewed', properties: {} }],
    ['page', { name: 'Home', properties: { name: 'other' } }, { properties: { name: 'Home' } }],
    ['screen', { name: 'Basket' }, { event: 'Screen Viewed', properties: { name: 'Basket' } }],
    ['group', { groupId: 'acme', traits: { size: 3 } }, { groupId: 'acme', traits: { size: 3 }, properties: {} }],
    ['alias', { previousId: 'visitor-1' }, { previousId: 'visitor-1', properties: {}, traits: {} }],
  ])('%s %j', (type, call, expected) => {
    expect(read({ type, userId: 'ada', ...(call as object) })).toMatchObject({ type, ...expected });
  });

  it('takes ids that are numbers for text', () => {
    const event = read({ type: 'group', userId: 42, anonymousId: 0, groupId: 7 });
    expect(event).toMatchObject({ userId: '42', anonymousId: '0', groupId: '7' });
  });

  it('takes null for an id that is not there', () => {
    expect(read(track({ userId: null, anonymousId: 'v1' }))).toMatchObject({ userId: undefined, anonymousId: 'v1' });
  });

  it('keeps a message id of up to 100 characters', () => {
    expect(read(track({ messageId: 'm'.repeat(100) })).messageId).toHaveLength(100);
  });

  it('corrects a clock by the moment the call was sent, else by the moment its batch was (R72)', () => {
    const call = { timestamp: '2026-05-04T08:59:00Z' };
    const sentAt = '2026-05-04T09:00:00Z';
    expect(read(track({ ...call, sentAt })).timestamp).toBe('2026-05-04T07:59:00.000Z');
    expect(read(track(call), { sentAt }).timestamp).toBe('2026-05-04T07:59:00.000Z');
    expect(read(track({ ...call, sentAt }), { sentAt: '2026-05-04T12:00:00Z' }).timestamp).toBe(
      '2026-05-04T07:59:00.000Z',
    );
  });

  it.each<[string, Json, string, string]>([
    ['no id', { type: 'track', event: 'E' }, 'MISSING_ID', 'userId or an anonymousId'],
    ['null ids', { type: 'track', event: 'E', userId: null, anonymousId: null }, 'MISSING_ID', 'userId'],
    ['an alias without a userId', { type: 'alias', anonymousId: 'v', previousId: 'p' }, 'MISSING_ID', 'userId'],
    ['an alias without a previousId', { type: 'alias', userId: 'ada' }, 'INVALID_BODY', 'previousId'],
    ['a group without a groupId', { type: 'group', userId: 'ada' }, 'INVALID_BODY', 'groupId'],
    ['no event name', { type: 'track', userId: 'ada' }, 'INVALID_BODY', 'event'],
    ['an empty event name', track({ event: '' }), 'INVALID_BODY', 'event'],
    ['an unknown type', { type: 'purchase', userId: 'ada' }, 'INVALID_BODY', 'type'],
    ['an empty userId', track({ userId: '' }), 'INVALID_BODY', 'userId'],
    ['a userId of 201 characters', track({ userId: 'u'.repeat(201) }), 'INVALID_BODY', 'userId'],
    ['a userId that is an object', track({ userId: {} }), 'INVALID_BODY', 'userId'],
    ['a NUL in an id', track({ userId: 'a\u0000b' }), 'INVALID_BODY', 'userId'],
    ['a message id of 101 characters', track({ messageId: 'm'.repeat(101) }), 'INVALID_BODY', 'messageId'],
    ['properties that are a list', track({ properties: [] }), 'INVALID_BODY', 'properties'],
    ['a timestamp that is none', track({ timestamp: 'yesterday' }), 'INVALID_BODY', 'timestamp'],
    ['a day that is none', track({ timestamp: '2026-02-30T00:00:00Z' }), 'INVALID_BODY', 'timestamp'],
    ['a timestamp before 2000', track({ timestamp: '1999-12-31T00:00:00Z' }), 'INVALID_TIMESTAMP', '1999'],
    ['a timestamp far ahead', track({ timestamp: '2026-05-06T00:00:00Z' }), 'INVALID_TIMESTAMP', '2026-05-06'],
    ['no object', 'track', 'INVALID_BODY', 'object'],
  ])('refuses %s, and says what is wrong', (_, call, code, detail) => {
    expect(() => read(call)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(detail) }));
  });

  it.each(['userId', 'anonymousId', 'messageId', 'previousId'])(
    'refuses half a surrogate pair in %s, which a store would give back as another id (P5)',
    (name) => {
      const call = { type: 'alias', userId: 'ada', previousId: 'v1', [name]: 'face-\ud83d' };
      expect(() => read(call)).toThrow(
        expect.objectContaining({ code: 'INVALID_BODY', message: expect.stringContaining(name) }),
      );
      expect(read({ ...call, [name]: 'face-\ud83d\ude00' })).toMatchObject({ [name]: 'face-😀' });
    },
  );

  it('names every mistake of a call', () => {
    expect(() => read(track({ messageId: '', event: 1 }))).toThrow(
      expect.objectContaining({
        errors: [
          { path: '/messageId', code: 'INVALID_BODY', detail: expect.any(String) },
          { path: '/event', code: 'INVALID_BODY', detail: expect.any(String) },
        ],
      }),
    );
  });
});

describe('the key of an event on events.raw', () => {
  it.each<[Partial<RawEvent>, string]>([
    [{ customerId: 'c' as never, userId: 'u', anonymousId: 'a' }, 'c'],
    [{ userId: 'u', anonymousId: 'a' }, 'u'],
    [{ anonymousId: 'a' }, 'a'],
    [{ messageId: message('m9') }, 'm9'],
  ])('%j is %s', (ids, key) => {
    expect(keyOf(aRawEvent(ids))).toBe(key);
  });
});

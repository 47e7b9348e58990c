import { describe, expect, it } from '@jest/globals';
import { segmentCallSchema } from './segment-call.js';

const parsed = (call: unknown): unknown => segmentCallSchema.parse(call);
const mistakes = (call: unknown): string[] =>
  segmentCallSchema.safeParse(call).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('a call of the Segment API (R70)', () => {
  it.each<[object, object]>([
    [
      { type: 'identify', userId: 'ada' },
      { context: {}, traits: {} },
    ],
    [
      { type: 'track', userId: 'ada', event: 'Signed Up' },
      { context: {}, properties: {} },
    ],
    [
      { type: 'page', anonymousId: 'a-1' },
      { context: {}, properties: {} },
    ],
    [
      { type: 'screen', anonymousId: 'a-1', name: 'Cart', category: 'Shop' },
      { context: {}, properties: {} },
    ],
    [
      { type: 'group', userId: 'ada', groupId: 'g-1' },
      { context: {}, traits: {} },
    ],
    [{ type: 'alias', userId: 'ada', previousId: 'a-1' }, { context: {} }],
  ])('%j needs no more than its type asks for', (call, added) => {
    expect(parsed(call)).toEqual({ ...call, ...added });
  });

  it('keeps what it is given', () => {
    const call = {
      type: 'track',
      userId: 'ada',
      anonymousId: 'a-1',
      messageId: 'm-1',
      event: 'Order Completed',
      properties: { revenue: 12.5, products: [{ id: 1 }], coupon: null },
      context: { ip: '10.0.0.1' },
      timestamp: '2026-05-04T10:00:00.000+02:00',
      sentAt: '2026-05-04T08:00:01Z',
    };
    expect(parsed(call)).toEqual(call);
  });

  it('ignores keys nobody knows, as Segment does', () => {
    expect(parsed({ type: 'alias', userId: 'ada', previousId: 'a-1', channel: 'server', _metadata: {} })).toEqual({
      type: 'alias',
      userId: 'ada',
      previousId: 'a-1',
      context: {},
    });
  });

  it.each(['userId', 'anonymousId', 'messageId', 'timestamp', 'sentAt', 'traits', 'context'])(
    'takes null for an absent %s, as clients send it',
    (key) => {
      const call = { type: 'identify', userId: 'ada', anonymousId: 'a-1' };
      expect(mistakes({ ...call, [key]: null })).toEqual([]);
      expect(parsed({ ...call, [key]: null })).toEqual(parsed({ ...call, [key]: undefined }));
    },
  );

  it.each([
    [7, '7'],
    [0, '0'],
    [-1.5, '-1.5'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('takes the number %d for an id as the text "%s"', (id, text) => {
    expect(parsed({ type: 'group', userId: id, anonymousId: id, groupId: id })).toMatchObject({
      userId: text,
      anonymousId: text,
      groupId: text,
    });
    expect(parsed({ type: 'alias', userId: 'ada', previousId: id })).toMatchObject({ previousId: text });
  });

  it.each<[object, string[]]>([
    [{ type: 'purchase', userId: 'ada' }, ['type']],
    [{ userId: 'ada', event: 'Signed Up' }, ['type']],
    [{ type: 'track', userId: 'ada' }, ['event']],
    [{ type: 'track', userId: 'ada', event: '' }, ['event']],
    [{ type: 'track', userId: 'ada', event: 'x'.repeat(201) }, ['event']],
    [{ type: 'track', userId: 'ada', event: 'a\u0000b' }, ['event']],
    [{ type: 'track', userId: 'ada', event: 'E', properties: [] }, ['properties']],
    [{ type: 'track', userId: 'ada', event: 'E', properties: 'text' }, ['properties']],
    [{ type: 'track', userId: '', event: 'E' }, ['userId']],
    [{ type: 'track', userId: 'x'.repeat(201), event: 'E' }, ['userId']],
    [{ type: 'track', userId: 'a\u0000b', event: 'E' }, ['userId']],
    [{ type: 'track', userId: true, event: 'E' }, ['userId']],
    [{ type: 'track', userId: { id: 'ada' }, event: 'E' }, ['userId']],
    [{ type: 'track', userId: Infinity, event: 'E' }, ['userId']],
    [{ type: 'track', userId: 'ada', event: 'E', messageId: 'x'.repeat(101) }, ['messageId']],
    [{ type: 'track', userId: 'ada', event: 'E', messageId: '' }, ['messageId']],
    [{ type: 'track', userId: 'ada', event: 'E', timestamp: 'yesterday' }, ['timestamp']],
    [{ type: 'track', userId: 'ada', event: 'E', timestamp: '2026-05-04' }, ['timestamp']],
    [{ type: 'track', userId: 'ada', event: 'E', sentAt: '2026-02-30T00:00:00Z' }, ['sentAt']],
    [{ type: 'group', userId: 'ada' }, ['groupId']],
    [{ type: 'alias', userId: 'ada' }, ['previousId']],
    [{ type: 'page', userId: 'ada', name: 'x'.repeat(201) }, ['name']],
    [{ type: 'track', userId: '', messageId: '' }, ['userId', 'messageId', 'event']],
  ])('refuses %j and says where', (call, where) => {
    expect(mistakes(call).sort()).toEqual(where.sort());
  });
});

import { describe, expect, it } from '@jest/globals';
import { SCHEMA_VERSION, type CustomerEvent } from '@waymark/contracts';
import type { StoredEvent } from '@waymark/ports';
import { EventTimeline } from './event-timeline.js';
import { NOW, customer, message } from './testing/samples.js';

function aStoredEvent({
  violations = [],
  blocked = false,
  ...over
}: Partial<CustomerEvent & StoredEvent>): StoredEvent {
  const event: CustomerEvent = {
    schemaVersion: SCHEMA_VERSION,
    type: 'track',
    messageId: message('m1'),
    source: 'shop' as never,
    customerId: customer('ada'),
    name: 'Cart Updated',
    properties: {},
    traits: {},
    timestamp: NOW,
    receivedAt: NOW,
    contextVersion: 1,
    ...over,
  };
  return { event, bodyHash: 'hash', violations, blocked };
}

/** The timeline of events given newest first, as the store gives them. */
const timeline = (...stored: Partial<CustomerEvent & StoredEvent>[]) =>
  new EventTimeline({ events: async (_, limit) => stored.map(aStoredEvent).slice(0, limit) }).timeline(
    customer('ada'),
    { limit: 10 },
  );

const own = { source: 'waymark' as never };

describe('events in the timeline', () => {
  it.each<[string, Partial<CustomerEvent & StoredEvent>]>([
    ['Cart Updated', {}],
    ['Cart Updated (value 12.5)', { properties: { value: 12.5 } }],
    ['Cart Updated (item Red shoes, gift true)', { properties: { item: 'Red shoes', gift: true } }],
    ['Cart Updated (a 1, b 2, c 3)', { properties: { a: 1, b: 2, c: 3, d: 4 } }],
    ['Cart Updated (value 1)', { properties: { items: [1], address: {}, coupon: null, value: 1 } }],
    ['Identify', { name: 'Identify', type: 'identify', traits: { email: 'ada@shop.example' } }],
    [
      'Cart Updated (value x), which its schema does not allow: it went no further',
      { properties: { value: 'x' }, blocked: true },
    ],
  ])('%s', async (text, event) => {
    expect((await timeline(event)).map((entry) => entry.text)).toEqual([text]);
  });

  it('come oldest first, with the stored facts', async () => {
    const entries = await timeline(
      { messageId: message('newer'), timestamp: '2026-05-04T09:00:00.000Z', contextVersion: 2 },
      { messageId: message('older'), properties: { items: [1] }, violations: ['items must be string'] },
    );
    expect(entries.map(({ messageId, at }) => [messageId, at])).toEqual([
      ['older', NOW],
      ['newer', '2026-05-04T09:00:00.000Z'],
    ]);
    expect(entries[0]).toMatchObject({
      service: 'ingestion',
      kind: 'event',
      because: ['breaks its schema: items must be string'],
      facts: { name: 'Cart Updated', properties: { items: [1] }, source: 'shop', contextVersion: 1 },
    });
  });

  it.each([
    'Email Opened',
    'Email Link Clicked',
    'Email Bounced',
    'Email Marked as Spam',
    'Unsubscribed',
    'Consent Updated',
    'Agency Updated',
    'Offer Accepted',
    'Offer Undone',
  ])('%s is hers to tell, though the platform wrote it down', async (name) => {
    expect(await timeline({ ...own, name })).toHaveLength(1);
  });

  it.each(['Email Sent', 'Email Delivered', 'Email Suppressed', 'Email Failed', 'Journey Entered', 'Decision Made'])(
    '%s is told by the service that did it',
    async (name) => {
      expect(await timeline({ ...own, name })).toEqual([]);
    },
  );

  it('what somebody else sends under such a name is an event like any other', async () => {
    expect(await timeline({ name: 'Email Sent' })).toHaveLength(1);
  });
});

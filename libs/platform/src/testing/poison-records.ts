import type { ServiceName } from '@waymark/contracts';

/** The topics of the ring that have a reader. */
export type RingTopic = 'events.raw' | 'events' | 'interactions' | 'actions';

export const AT = '2026-05-04T08:00:00Z';
/** The last moment that can be written, and one before the first. */
export const FAR = '9999-12-31T23:59:59Z';
export const EARLY = '0000-01-01T00:00:00+23:59';
export const NUL = 'a\u0000b';
/** Half a surrogate pair: it has no UTF-8. */
export const HALF = 'a\ud800b';
export const HUGE = Number.MAX_SAFE_INTEGER;

export const READERS: Record<RingTopic, ServiceName> = {
  'events.raw': 'ingestion',
  events: 'journey-state',
  interactions: 'personalization',
  actions: 'action-dispatch',
};

export type Made = Readonly<Record<string, unknown>>;

export const raw = (over: object = {}): Made => ({
  schemaVersion: 1,
  type: 'track',
  messageId: 'of-mallory',
  source: 'web',
  userId: 'mallory',
  event: 'Seen',
  properties: {},
  timestamp: AT,
  receivedAt: AT,
  ...over,
});
export const event = (over: object = {}): Made => ({
  ...raw({ userId: undefined, event: undefined }),
  customerId: 'mallory',
  name: 'Hello',
  traits: {},
  contextVersion: 1,
  ...over,
});
export const asked = {
  schemaVersion: 1,
  customerId: 'mallory',
  requestedAt: AT,
  contextVersion: 1,
  actionId: 'action-of-mallory',
  cause: {},
  class: 'service',
  categories: [],
  priority: 0,
};
export const act = (over: object = {}): Made => ({
  ...asked,
  type: 'act',
  channel: 'desk',
  content: { body: 'Hi' },
  steps: {},
  ...over,
});
export const deliver = (over: object = {}): Made => ({
  ...asked,
  type: 'deliver',
  channel: 'desk',
  content: { body: 'Hi' },
  contentHash: 'h',
  ...over,
});
export const report = (over: object = {}): Made => ({
  ...asked,
  type: 'report',
  messageId: 'of-mallory',
  event: 'Told',
  properties: {},
  ...over,
});

/** A valid record of each topic about a customer, and what it makes. */
export const VALID: Record<RingTopic, { of: (customer: string) => object; makes: readonly string[] }> = {
  'events.raw': { of: (id) => raw({ userId: id, messageId: `of-${id}` }), makes: ['events: Seen'] },
  events: {
    of: (id) => event({ customerId: id, messageId: `of-${id}` }),
    makes: ['events.raw: Journey Entered', 'events: Journey Entered'],
  },
  interactions: {
    of: (id) => act({ customerId: id, actionId: `action-of-${id}` }),
    makes: ['events.raw: Log Message Delivered', 'events: Log Message Delivered', 'actions: deliver'],
  },
  actions: {
    of: (id) => deliver({ customerId: id, actionId: `action-of-${id}` }),
    makes: ['events.raw: Log Message Delivered', 'events: Log Message Delivered'],
  },
};

import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, EVENT_TYPES, OWN_EVENTS, type JsonObject } from '@waymark/contracts';
import fc from 'fast-check';
import { emptyContext } from './customer-context.js';
import { foldEvent, type FoldedEvent } from './fold-event.js';

const INHERITED = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];

/** As it comes out of a log: JSON has no -0. */
const plain = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

const word = fc.oneof(
  fc.constantFrom('mail', 'marketing', 'granted', 'automate', 'welcome', ...INHERITED),
  fc.string({ maxLength: 20 }),
);
const properties = fc
  .tuple(
    fc.dictionary(fc.constantFrom('channel', 'purpose', 'status', 'category', 'level', 'journeyId', 'stage'), word),
    fc.dictionary(fc.constantFrom('set', 'add', 'revenue', 'categories', 'class'), fc.jsonValue({ maxDepth: 2 })),
  )
  .map(([words, values]) => plain({ ...words, ...values }));

const event: fc.Arbitrary<FoldedEvent> = fc.record({
  type: fc.constantFrom(...EVENT_TYPES),
  name: fc.oneof(
    fc.constantFrom('Order Completed', 'Email Sent', 'Unsubscribed', 'Inbox Message Delivered', ...INHERITED),
    fc.constantFrom(...Object.values(OWN_EVENTS)),
    fc.string({ maxLength: 20 }),
  ),
  properties,
  traits: fc.dictionary(word, fc.jsonValue({ maxDepth: 2 })).map(plain),
  timestamp: fc.integer({ min: 0, max: 1e9 }).map((s) => new Date(1.7e12 + s * 1000).toISOString()),
});

describe('any sequence of events', () => {
  it('P5: folds without throwing, leaves the given context as it is, and gives plain JSON with whole counts', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let context = emptyContext(customerIdSchema.parse('ada'));
        for (const each of events) {
          const before = JSON.stringify(context);
          const next = foldEvent(context, each);
          expect(JSON.stringify(context)).toBe(before);
          context = next;
        }
        expect(JSON.parse(JSON.stringify(context))).toEqual(context);
        for (const count of Object.values(context.counters)) expect(Number.isFinite(count)).toBe(true);
        for (const { active } of Object.values(context.journeys)) expect(active).toBeGreaterThan(0);
        expect(Object.keys(context.lastSeen).every((name) => Object.hasOwn(context.counters, name))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

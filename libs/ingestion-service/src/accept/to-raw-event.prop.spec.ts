import { describe, expect, it } from '@jest/globals';
import { WaymarkError, rawRecordSchema, type Json, type SourceId } from '@waymark/contracts';
import fc from 'fast-check';
import { NOW } from '../testing/samples.js';
import { toRecord } from './acceptor.js';
import { toRawEvent } from './to-raw-event.js';

const text = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('', '\u0000', '\ud800', 'é😀', 'x'.repeat(201)));
const id = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('ada', 'bob') },
  { weight: 1, arbitrary: fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)) },
);
const instant = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(NOW, '2026-05-03T10:00:00.123456+14:00', '9999-12-31T23:59:59-23:59') },
  { weight: 1, arbitrary: fc.oneof(text, fc.constantFrom('0000-01-01T00:00:00Z', '2026-05-04T08:00Z')) },
);
const object = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom({}, { a: 1, b: [null, { c: '\u0000' }] }) },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<Json> },
);
const call = fc.record(
  {
    type: fc.constantFrom('identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'),
    userId: id,
    anonymousId: id,
    previousId: id,
    groupId: id,
    messageId: fc.oneof(fc.constant('m1'), text),
    event: fc.oneof(fc.constant('Cart Updated'), text),
    name: text,
    category: text,
    timestamp: instant,
    sentAt: instant,
    properties: object,
    traits: object,
    context: object,
  },
  { requiredKeys: ['type'] },
);

describe('what is accepted', () => {
  it('is a record that ingestion can read: no accepted call becomes a dead letter later (P5)', () => {
    let accepted = 0;
    fc.assert(
      fc.property(call, (given) => {
        const read = (): string =>
          toRecord(
            toRawEvent(given as Json, {
              source: 'shop' as SourceId,
              receivedAt: Date.parse(NOW),
              newMessageId: () => 'made',
            }),
          ).value;
        let value: string;
        try {
          value = read();
        } catch (error) {
          expect(error).toBeInstanceOf(WaymarkError);
          expect((error as WaymarkError).kind).toBe('invalid');
          return;
        }
        accepted += 1;
        expect(rawRecordSchema.safeParse(JSON.parse(value)).error).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});

import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, STRATEGIES, type JsonObject } from '@waymark/contracts';
import fc from 'fast-check';
import { boundContext } from './bound-context.js';
import { CONTEXT_BYTES_MAX, emptyContext, type CustomerContext } from './customer-context.js';

const instant = fc.integer({ min: 0, max: 1e8 }).map((s) => new Date(1.7e12 + s * 1000).toISOString());
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.string({ unit: 'binary', maxLength: 10 }), fc.nat(20))
    .map(([part, times]) => part.repeat(times).slice(0, maxLength));
/** Up to some kilobytes of text from a small case. */
const longText = fc.tuple(text(10), fc.nat(3000)).map(([part, times]) => part.repeat(times));

const context: fc.Arbitrary<CustomerContext> = fc
  .record({
    traits: fc.dictionary(text(60), fc.oneof(fc.jsonValue(), longText), { maxKeys: 40 }) as fc.Arbitrary<JsonObject>,
    events: fc.array(fc.tuple(text(200), fc.nat(), instant), { maxLength: 120, size: 'large' }),
    contacts: fc.array(
      fc.record({
        channel: text(20),
        class: fc.constant('marketing' as const),
        categories: fc.array(fc.oneof(text(20), longText), { maxLength: 3 }),
        at: instant,
      }),
      { maxLength: 100 },
    ),
    consents: fc.dictionary(text(20), fc.constant({ marketing: 'granted' as const }), { maxKeys: 8 }),
    agency: fc.dictionary(text(20), fc.constantFrom(...STRATEGIES), { maxKeys: 8 }),
    journeys: fc.dictionary(text(20), fc.record({ active: fc.integer({ min: 1, max: 9 }) }), { maxKeys: 8 }),
    dropped: fc.array(text(100), { maxLength: 20 }),
  })
  .map(({ events, ...rest }) => ({
    ...emptyContext(customerIdSchema.parse('ada')),
    ...rest,
    counters: Object.fromEntries(events.map(([name, count]) => [name, count])),
    lastSeen: Object.fromEntries(events.map(([name, , at]) => [name, at])),
  }));

const bytes = (of: CustomerContext): number => new TextEncoder().encode(JSON.stringify(of)).length;

describe('boundContext of any context', () => {
  it('P6: is within the bound, keeps who she is and what she decided, and says what is gone', () => {
    fc.assert(
      fc.property(context, (given) => {
        const before = JSON.stringify(given);
        const bounded = boundContext(given);
        expect(bytes(bounded)).toBeLessThanOrEqual(CONTEXT_BYTES_MAX);
        const { id, version, consents, agency, journeys, orders, segments } = bounded;
        expect({ id, version, consents, agency, journeys, orders, segments }).toEqual({
          id: given.id,
          version: given.version,
          consents: given.consents,
          agency: given.agency,
          journeys: given.journeys,
          orders: given.orders,
          segments: given.segments,
        });
        expect(bounded === given).toBe(bytes(given) <= CONTEXT_BYTES_MAX);
        expect(bounded.dropped.length > 0 || bounded === given).toBe(true);
        expect(boundContext(bounded)).toBe(bounded);
        expect(JSON.stringify(given)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });
});

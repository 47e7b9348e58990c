import { describe, expect, it } from '@jest/globals';
import { messageIdSchema } from '@waymark/contracts';
import fc from 'fast-check';
import { messageIdOf } from './message-id-of.js';

const HASHED = /^sha256:[\w-]{43}$/;

describe("a CloudEvent's message id (R71)", () => {
  it.each<[string, string, string]>([
    ['/shop', 'e-1', '/shop|e-1'],
    ['https://shop.example/orders?of=today#1', 'a|b', 'https://shop.example/orders?of=today#1|a|b'],
    ['/s', 'x'.repeat(97), `/s|${'x'.repeat(97)}`],
  ])('of %s and %s can be read', (source, id, messageId) => {
    expect(messageIdOf({ source, id })).toBe(messageId);
  });

  it('is a hash of the two where they are too long for one, always the same', () => {
    const event = { source: '/s', id: 'x'.repeat(98) };
    expect(messageIdOf(event)).toMatch(HASHED);
    expect(messageIdOf(event)).toBe(messageIdOf({ ...event }));
    expect(messageIdOf({ source: 'urn:uuid:'.repeat(50), id: 'e-1' })).toMatch(HASHED);
  });

  it('is a hash where it would not be certain which of the two ends where', () => {
    expect(messageIdOf({ source: '/shop|a', id: 'b' })).toMatch(HASHED);
    expect(messageIdOf({ source: '/shop', id: 'a|b' })).toBe('/shop|a|b');
  });

  it('differs whenever source or id differ, and always is one', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '|', '/', '"', ','), minLength: 1, maxLength: 4 });
    const event = fc.record({ source: fc.oneof(text, fc.constant('/long'.repeat(30))), id: text });
    fc.assert(
      fc.property(event, event, (a, b) => {
        const isSame = a.source === b.source && a.id === b.id;
        expect(messageIdOf(a) === messageIdOf(b)).toBe(isSame);
        expect(messageIdSchema.safeParse(messageIdOf(a)).success).toBe(true);
      }),
    );
  });
});

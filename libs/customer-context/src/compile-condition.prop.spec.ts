import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, type JsonObject } from '@waymark/contracts';
import fc from 'fast-check';
import { compileCondition, compileExpression } from './compile-condition.js';
import { emptyContext } from './customer-context.js';
import type { Scope } from './scope.js';

const OPERANDS = [
  'event.properties.a',
  'event.properties.a.b',
  'event.properties["a"][0]',
  'entry.properties.a',
  'customer.traits.a',
  'customer.counters.a',
  'customer.contacts',
  'steps.s.at',
  'steps[event.properties.a]',
  'event.timestamp',
  'now',
  '1',
  '0',
  '2.5',
  '"x"',
  'null',
  '[1, 2]',
  '{"a": 1}',
  'duration("9000000h")',
];

const OPERATORS = ['+', '-', '*', '/', '%', '==', '!=', '<', '>=', 'in', '&&', '||'];

const { source } = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...OPERANDS),
    fc
      .tuple(tie('source'), fc.constantFrom(...OPERATORS), tie('source'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('source').map((of) => `!(${of})`),
    tie('source').map((of) => `size(${of})`),
    tie('source').map((of) => `timestamp(${of})`),
    fc.tuple(tie('source'), tie('source'), tie('source')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('source'), tie('source')).map(([list, of]) => `(${list}).exists(x, x == ${of})`),
  ),
}));

const object = fc.dictionary(fc.constantFrom('a', 'b', '0', 'x'), fc.jsonValue()) as fc.Arbitrary<JsonObject>;

const scope = fc
  .record({ properties: object, traits: object, count: fc.nat() })
  .map(({ properties, traits, count }): Scope => ({
    customer: { ...emptyContext(customerIdSchema.parse('ada')), traits, counters: { a: count } },
    event: { name: 'E', messageId: 'm', properties, timestamp: '2026-03-01T10:00:00.000Z' },
    steps: { s: { at: '2026-03-01T09:00:00.000Z' } },
    now: Date.parse('2026-03-02T10:00:00Z'),
  }));

/** Whether a value comes out of JSON as it went in. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (Array.isArray(value)) return value.every(isJson);
  const isPlain = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && Object.values(value).every(isJson);
}

describe('any condition on any data', () => {
  it('R14: never throws, is true or false, and its trace is plain JSON; the scope stays as it was', () => {
    fc.assert(
      fc.property(source, scope, (text, given) => {
        const before = JSON.stringify(given);
        const tested = compileCondition(text).test(given);
        expect(typeof tested.result).toBe('boolean');
        expect(isJson(tested)).toBe(true);
        expect(JSON.stringify(given)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('an expression of the same text has a value that survives JSON, or none', () => {
    fc.assert(
      fc.property(source, scope, (text, given) => {
        const { value } = compileExpression(text).evaluate(given);
        expect(value === undefined || isJson(value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

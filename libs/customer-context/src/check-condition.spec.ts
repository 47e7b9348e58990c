import { describe, expect, it } from '@jest/globals';
import type { ScopeTypes } from './cel-environment.js';
import { checkCondition } from './check-condition.js';

const TYPES: ScopeTypes = {
  eventProperties: {
    type: 'object',
    properties: {
      price: { type: 'number' },
      quantity: { type: 'integer' },
      size: { type: 'string' },
      gift: { type: 'boolean' },
      items: { type: 'array' },
      address: { type: 'object', properties: { city: { type: 'string' } } },
      either: { type: ['string', 'null'] },
    },
  },
  traits: { type: 'object', properties: { age: { type: 'integer' } } },
};

describe('checkCondition', () => {
  it.each([
    'event.properties.price > 10',
    'event.properties.price + event.properties.quantity * 2 > 10.5',
    'event.properties.size in ["s", "m"]',
    'event.properties.gift',
    'event.properties.items.size() > 2',
    'event.properties.address.city == "Ulm"',
    'event.properties.either == "a"',
    'customer.traits.age >= 18',
    'customer.counters["Any Event"] > 2',
    'customer.orders.count >= 2 && customer.orders.lastAt < now',
    'customer.consents["mail"].marketing == "granted"',
    'customer.contacts.exists(c, c.at > now - duration("24h"))',
    'steps["ask"].matched == "yes"',
    'entry.properties.anything == 1',
    'has(event.properties.price)',
  ])('accepts %s', (source) => {
    expect(checkCondition(source, TYPES)).toEqual([]);
  });

  it.each([
    ['event.properties.prise > 1', 17, 'price'],
    ['event.properties.address.cty == "Ulm"', 25, 'city'],
    ['true &&\n event.properties.prise > 1', 26, 'price'],
    ['customer.trats.age == 1', 9, 'traits'],
    ['customer.orders.vlaue > 1', 16, 'value'],
    ['customer.traits.aeg == 1', 16, 'age'],
    ['entry.propertis.x == 1', 6, 'properties'],
    ['evnt.name == "a"', 0, 'event'],
  ])('suggests what was meant: %s', (source, column, suggestion) => {
    expect(checkCondition(source, TYPES)).toEqual([
      expect.objectContaining({ column, suggestion, message: expect.stringContaining('"') }),
    ]);
  });

  it('says what can be read when a name is not known', () => {
    expect(checkCondition('user.name == "a"', TYPES)).toEqual([
      {
        message:
          '"user" is not known; a condition can read event, entry, customer, steps, now, and a text is written in quotes',
        column: 0,
        suggestion: undefined,
      },
    ]);
  });

  it('suggests nothing when no name is near', () => {
    expect(checkCondition('event.properties.zzzzzz == 1', TYPES)).toEqual([
      { message: 'there is no "zzzzzz" here', column: 17, suggestion: undefined },
    ]);
  });

  it.each([
    ['event.properties.price > "a"', '> does not take a number and a text; a number is written without quotes'],
    ['event.properties.size == 1', '== does not take a text and a whole number; a text is written in quotes'],
    ['customer.stage == true', '== does not take a text and true or false; a text is written in quotes'],
    [
      'has(customer.stage) == "true"',
      '== does not take true or false and a text; true and false are written without quotes',
    ],
    ['now > "2026-03-27"', '> does not take a time and a text; a time is written timestamp("2026-03-27T17:00:00Z")'],
    ['now - now > 3', '> does not take a span of time and a whole number'],
    ['["a"] == "a"', '== does not take a list and a text'],
    ['{"a": 1} == 1', '== does not take a group of values and a whole number'],
    ['!customer.stage', 'no such overload: !string'],
    ['event.properties.size.startsWith(1)', "found no matching overload for 'string.startsWith(int)'"],
    ['nothing(1)', "found no matching overload for 'nothing(int)'"],
  ])('finds types that do not fit: %s', (source, message) => {
    expect(checkCondition(source, TYPES)).toEqual([{ message, column: 0 }]);
  });

  it.each([
    ['event.properties.price', 'a number'],
    ['now', 'a time'],
    ['"yes"', 'a text'],
  ])('a condition must be true or false, an expression need not: %s', (source, type) => {
    expect(checkCondition(source, TYPES)).toEqual([
      { message: `a condition must be true or false, this is ${type}`, column: 0 },
    ]);
    expect(checkCondition(source, TYPES, 'expression')).toEqual([]);
  });

  it.each([
    ['event.properties.price >', 24],
    ['', 0],
    ['a == = b', 5],
  ])('says where text stops being CEL: %j', (source, column) => {
    const [problem] = checkCondition(source, TYPES);
    expect(problem).toMatchObject({ column, message: expect.stringMatching(/^not a CEL expression: /) });
  });

  it('tells how equality is written', () => {
    expect(checkCondition('customer.stage = "a"', {})).toEqual([
      { message: 'not a CEL expression: Unexpected character: =; "is equal to" is written ==', column: 15 },
    ]);
  });

  it('without a schema every property is allowed', () => {
    expect(checkCondition('event.properties.prise > 1 && customer.traits.x == "y"', {})).toEqual([]);
  });
});

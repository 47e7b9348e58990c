import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, WaymarkError, type JsonObject, type SeenEvent } from '@waymark/contracts';
import { compileCondition, compileExpression } from './compile-condition.js';
import { emptyContext, type CustomerContext } from './customer-context.js';
import type { Scope } from './scope.js';

const PROPERTIES: JsonObject = { price: 12, half: 1.5, size: 'm', step: 'ask', tags: ['a', 'b'], none: null };

function seen(name: string, properties: JsonObject): SeenEvent {
  return { name, properties, messageId: 'm1', timestamp: '2026-03-01T10:00:00.000Z' };
}

function aScope(customer: Partial<CustomerContext> = {}): Scope {
  return {
    customer: {
      ...emptyContext(customerIdSchema.parse('ada')),
      traits: { name: 'Ada', age: 36 },
      counters: { 'Page Viewed': 3 },
      lastSeen: { 'Page Viewed': '2026-02-28T10:00:00.000Z' },
      orders: { count: 2, value: 120.5, firstAt: '2026-01-01T00:00:00.000Z' },
      consents: { mail: { marketing: 'granted' } },
      contacts: [{ channel: 'mail', class: 'marketing', categories: ['news'], at: '2026-03-01T09:00:00.000Z' }],
      ...customer,
    },
    event: seen('Product Viewed', PROPERTIES),
    entry: seen('Cart Created', { cart: 7 }),
    steps: { ask: { at: '2026-03-01T10:00:00.000Z', matched: 'yes', event: seen('Answered', { yes: true }) } },
    now: Date.parse('2026-03-02T10:00:00Z'),
  };
}

const test = (source: string, scope = aScope()): ReturnType<ReturnType<typeof compileCondition>['test']> =>
  compileCondition(source).test(scope);
const holds = (source: string, scope?: Scope): boolean => test(source, scope).result;
const valueOf = (source: string): unknown => compileExpression(source).evaluate(aScope()).value;

describe('a condition on something that is missing', () => {
  it.each([
    'customer.traits.city == "Ulm"',
    'customer.traits.city != "Ulm"',
    '!(customer.traits.city == "Ulm")',
    'customer.traits.city',
  ])('R14: %s is false and the trace has the missing path', (source) => {
    expect(test(source)).toEqual({ condition: source, result: false, operands: [], missing: ['customer.traits.city'] });
  });

  it.each([
    ['has(customer.traits.city)', false],
    ['!has(customer.traits.city)', true],
    ['has(customer.traits.name)', true],
    ['customer.traits.city == "Ulm" || customer.traits.age > 30', true],
    ['customer.traits.age > 30 || customer.traits.city == "Ulm"', true],
    ['!(customer.traits.city == "Ulm" && customer.traits.age > 40)', true],
    ['!(customer.traits.age > 40 && customer.traits.city == "Ulm")', true],
    ['customer.traits.city == "Ulm" || customer.traits.age > 40', false],
    ['customer.traits.city == "Ulm" && customer.traits.age > 30', false],
    ['customer.traits.age > 30 ? true : customer.traits.city == "Ulm"', true],
  ])("R14: CEL's own rules go first: %s is %s", (source, expected) => {
    expect(holds(source)).toBe(expected);
  });

  it('names the path even where the result did not need it', () => {
    expect(test('customer.traits.age > 30 || customer.traits.city == "Ulm"')).toMatchObject({
      operands: [{ path: 'customer.traits.age', value: 36 }],
      missing: ['customer.traits.city'],
    });
  });

  it.each(['toString', 'constructor', 'hasOwnProperty'])('a trait called %s is missing like any other', (name) => {
    expect(test(`customer.traits["${name}"] == 1`).missing).toEqual([`customer.traits.${name}`]);
    expect(holds(`has(customer.traits.${name})`)).toBe(false);
  });
});

describe('the trace of a condition', () => {
  it('R13: keeps every operand with the value it had, once, in the order of the text', () => {
    const { operands } = test(
      'event.properties.price > 10 && steps["ask"].matched == "yes" && event.properties.price < customer.traits.age',
    );
    expect(operands).toEqual([
      { path: 'event.properties.price', value: 12 },
      { path: 'steps.ask.matched', value: 'yes' },
      { path: 'customer.traits.age', value: 36 },
    ]);
  });

  it('writes keys that are no identifiers as CEL does, and instants as ISO 8601', () => {
    expect(test('customer.counters["Page Viewed"] > 1 && now > event.timestamp').operands).toEqual([
      { path: 'customer.counters["Page Viewed"]', value: 3 },
      { path: 'now', value: '2026-03-02T10:00:00.000Z' },
      { path: 'event.timestamp', value: '2026-03-01T10:00:00.000Z' },
    ]);
  });

  it('does not hold a whole context', () => {
    expect(test('[entry].exists(e, e.name == "Cart Created")')).toMatchObject({ result: true, operands: [] });
  });
});

describe('counters', () => {
  it('R14: one never raised is 0, in the result and in the trace', () => {
    expect(test('customer.counters["Order Completed"] == 0')).toMatchObject({
      result: true,
      operands: [{ path: 'customer.counters["Order Completed"]', value: 0 }],
      missing: [],
    });
  });

  it('one named like what every object inherits is 0 too', () => {
    expect(holds('customer.counters.toString == 0')).toBe(true);
  });

  it('one that was raised keeps its count', () => {
    expect(holds('customer.counters["Page Viewed"] == 3')).toBe(true);
  });
});

describe('numbers', () => {
  it.each([
    'event.properties.price == 12',
    '12 == event.properties.price',
    'event.properties.price == 12.0',
    'event.properties.price + 1 == 13',
    '1 + event.properties.price == 13',
    'event.properties.half * 2 == 3',
    'event.properties.price / 5 == 2.4',
    'customer.orders.value - 20 > 100',
    'customer.orders.count >= 2',
    'customer.counters["Page Viewed"] - 1 == customer.orders.count',
    'event.properties.price in [12, 13]',
    '!(event.properties.price in [1, 2])',
    'customer.orders.count in [1.0, 2.0]',
  ])("JSON's one kind of number mixes with CEL's integers: %s", (source) => {
    expect(holds(source)).toBe(true);
  });
});

describe('times', () => {
  it.each([
    'event.timestamp < now',
    'entry.timestamp == event.timestamp',
    'now - event.timestamp == duration("24h")',
    'steps.ask.at < now',
    'steps.ask.event.timestamp < now',
    'customer.lastSeen["Page Viewed"] < now',
    'customer.orders.firstAt < now',
    'customer.contacts[0].at < now',
    'customer.contacts.exists(c, c.channel == "mail" && now - c.at < duration("26h"))',
    'now.getHours("Europe/Paris") == 11',
  ])('are CEL timestamps: %s', (source) => {
    expect(holds(source)).toBe(true);
  });
});

describe('lists and maps', () => {
  it.each([
    'event.properties.size in ["s", "m"]',
    '"a" in event.properties.tags',
    'event.properties.tags.exists(tag, tag == "b")',
    'event.properties.tags[0] == "a"',
    'customer.consents["mail"].marketing == "granted"',
  ])('are read: %s', (source) => {
    expect(holds(source)).toBe(true);
  });

  it.each([
    'steps[event.properties.step].matched == "yes"',
    'steps[event.properties.step].at < now',
    'steps.exists(id, steps[id].matched == "yes")',
    '[event].exists(e, e.name == "Product Viewed" && e.timestamp < now)',
  ])('are read where only the evaluation knows the key: %s', (source) => {
    expect(holds(source)).toBe(true);
  });

  it('an index outside a list makes the condition false', () => {
    expect(holds('event.properties.tags[5] == "a"')).toBe(false);
  });
});

describe('a condition that cannot be evaluated', () => {
  it.each([
    ['types that do not fit', 'event.properties.size > 1'],
    ['a value that is not a truth value', 'event.properties.price'],
    ['null', 'event.properties.none'],
    ['an integer divided by 0', '1 / 0 == 1'],
    ['a pattern that is none', 'event.properties.size.matches("[")'],
    ['a text that is no instant', 'timestamp(event.properties.size) < now'],
    ['a step that was not visited', 'steps.other.matched == "yes"'],
    ['a moment that no calendar has', 'now + duration("2500000000h") > now'],
  ])('is false: %s', (_, source) => {
    expect(holds(source)).toBe(false);
  });

  it('without an event, what it asks of the event is missing', () => {
    const { customer, steps, now } = aScope();
    const { result, missing } = test('event.properties.price > 1', { customer, steps, now });
    expect({ result, missing }).toEqual({ result: false, missing: ['event.properties.price'] });
  });

  it.each(['event.properties.', '1 +', '', '"open'])('text that is not CEL is refused when compiled: %j', (source) => {
    expect(() => compileCondition(source)).toThrow(WaymarkError);
    expect(() => compileExpression(source)).toThrow(expect.objectContaining({ code: 'INVALID_RESOURCE' }));
  });
});

describe('an expression', () => {
  it.each([
    ['1 + 1', 2],
    ['event.properties.price + 1', 13],
    ['customer.counters["Order Completed"] + 1', 1],
    ['customer.traits.name + "!"', 'Ada!'],
    ['customer.traits', { name: 'Ada', age: 36 }],
    ['[event.properties.price]', [12]],
    ['{"a": {"b": 1}}', { a: { b: 1 } }],
    ['event.timestamp + duration("1h")', '2026-03-01T11:00:00.000Z'],
    ['{"at": now}', { at: '2026-03-02T10:00:00.000Z' }],
    ['event.properties.none', null],
    ['event.properties.price > 1', true],
  ])('%s has a value in JSON', (source, value) => {
    expect(valueOf(source)).toEqual(value);
  });

  it.each([
    ['a duration', 'duration("1h")'],
    ['bytes', 'b"ab"'],
    ['not a number', '0.0 / 0.0'],
    ['infinite', 'event.properties.price / 0'],
    ['types that do not fit', 'event.properties.size + 1'],
    ['a moment that no calendar has', 'now + duration("2500000000h")'],
  ])('has no value that JSON has no form for: %s', (_, source) => {
    expect(valueOf(source)).toBeUndefined();
  });

  it('has no value in a time zone that is none, which a customer may say is hers (R14)', () => {
    const inZone = (timezone: string): unknown =>
      compileExpression('now.getHours(customer.traits.timezone)').evaluate(aScope({ traits: { timezone } })).value;
    expect([inZone('Europe/Paris'), inZone('Nowhere/Land')]).toEqual([11, undefined]);
  });

  it('has no value when a path is missing, and says which', () => {
    expect(compileExpression('customer.traits.city + "!"').evaluate(aScope())).toEqual({
      value: undefined,
      missing: ['customer.traits.city'],
    });
  });
});

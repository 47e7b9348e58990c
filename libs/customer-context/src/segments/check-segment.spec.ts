import { describe, expect, it } from '@jest/globals';
import { checkSegmentCondition, segmentsNamedIn } from './check-segment.js';

function problems(source: string): string[] {
  return checkSegmentCondition(source, {}).map(({ message, column }) => `${column} ${message}`);
}

describe('the condition of a segment', () => {
  it.each([
    'customer.orders.value >= 500.0',
    '"vip" in customer.segments && !("lost" in customer["segments"])',
    'now - customer.lastSeen["Order Completed"] > duration("720h")',
    'now.getHours(customer.traits.timezone) >= 9',
    '(now - customer.orders.lastAt).getSeconds() > 60',
    'customer.contacts.all(c, now - c.at > duration("24h") || c.channel == "mail")',
  ])('may be %s', (source) => {
    expect(problems(source)).toEqual([]);
  });

  it.each([
    [
      'event.properties.price > 5.0',
      '0 a segment is about who a customer is at any moment: it can read customer and now, not "event"',
    ],
    ['customer.orders.count > 1 && entry.name == "X"', '29 a segment is about'],
    ['steps.a.variant == "b"', '0 a segment is about'],
    ['size(customer.segments) > 2', '14 a segment asks for another one by its id'],
    ['customer.segments.exists(s, s == "vip")', '9 a segment asks for another one by its id'],
    ['customer.segments[0] == "vip"', '9 a segment asks for another one by its id'],
    ['now.getSeconds() == 5', '0 nobody can say in advance when what depends on "now" here changes'],
    ['string(now) == "x"', ''],
    [
      '(customer.traits.a == 1.0 ? now : customer.orders.lastAt) > customer.orders.firstAt',
      '28 nobody can say in advance',
    ],
    ['customer.orders.count', '0 a condition must be true or false, this is a number'],
    ['customer.orders.cuont > 1.0', '16 there is no "cuont" here; did you mean "count"?'],
  ])('may not be %s', (source, problem) => {
    expect(problems(source)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('the segments named in a condition', () => {
  it.each([
    ['"vip" in customer.segments || !("lost" in customer.segments) || "vip" in customer.segments', ['vip', 'lost']],
    ['event.properties.price > 5.0 && "a" in ["a"]', []],
    ['"vip" in', []],
  ])('%s', (source, ids) => {
    expect(segmentsNamedIn(source)).toEqual(ids);
  });
});

import type { Json, SeenEvent, StepMemory } from '@waymark/contracts';
import type { Contact } from './customer-context.js';
import type { OperandPath } from './operand-paths.js';
import type { Scope } from './scope.js';

const NO_EVENT: SeenEvent = { name: '', messageId: '', properties: {}, timestamp: '1970-01-01T00:00:00Z' };

/**
 * A scope as CEL reads it: instants are timestamps, and a counter that an expression asks for is 0 when it was never
 * raised (R14). Only what `paths` mention is converted: a context can be large, a condition is small.
 */
export function celScope(scope: Scope, paths: readonly OperandPath[]): Record<string, unknown> {
  const mentions = (root: string, key?: string): boolean =>
    paths.some((path) => path[0] === root && (key === undefined || path[1] === key || path.length === 1));
  const { customer } = scope;
  return {
    event: mentions('event') ? seen(scope.event ?? NO_EVENT) : NO_EVENT,
    entry: mentions('entry') ? seen(scope.entry ?? NO_EVENT) : NO_EVENT,
    customer: {
      ...customer,
      counters: mentions('customer', 'counters') ? { ...zeros(paths), ...customer.counters } : customer.counters,
      lastSeen: mentions('customer', 'lastSeen') ? dates(customer.lastSeen) : customer.lastSeen,
      contacts: mentions('customer', 'contacts') ? customer.contacts.map(contact) : customer.contacts,
      orders: mentions('customer', 'orders') ? orders(customer.orders) : customer.orders,
    },
    steps: mentions('steps') ? stepsOf(scope.steps) : {},
    now: new Date(scope.now),
  };
}

/** The value at a path, as plain JSON; undefined where there is none. A counter never raised is 0. */
export function valueAt(scope: Scope, path: OperandPath): Json | undefined {
  if (path[0] === 'now') return new Date(scope.now).toISOString();
  let value: unknown = scope;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      return isCounter(path) ? 0 : undefined;
    }
    value = (value as Record<string, unknown>)[key];
  }
  return value as Json | undefined;
}

function isCounter(path: OperandPath): boolean {
  return path.length === 3 && path[0] === 'customer' && path[1] === 'counters';
}

function zeros(paths: readonly OperandPath[]): Record<string, number> {
  return Object.fromEntries(paths.filter(isCounter).map((path) => [path[2]!, 0]));
}

function seen(event: SeenEvent): Record<string, unknown> {
  return { ...event, timestamp: new Date(event.timestamp) };
}

function contact(of: Contact): Record<string, unknown> {
  return { ...of, at: new Date(of.at) };
}

function orders(of: Scope['customer']['orders']): Record<string, unknown> {
  const { firstAt, lastAt } = of;
  return { ...of, ...(firstAt && { firstAt: new Date(firstAt) }), ...(lastAt && { lastAt: new Date(lastAt) }) };
}

function dates(instants: Readonly<Record<string, string>>): Record<string, Date> {
  return Object.fromEntries(Object.entries(instants).map(([name, at]) => [name, new Date(at)]));
}

function stepsOf(steps: Readonly<Record<string, StepMemory>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(steps).map(([id, memory]) => [
      id,
      { ...memory, at: new Date(memory.at), ...(memory.event && { event: seen(memory.event) }) },
    ]),
  );
}

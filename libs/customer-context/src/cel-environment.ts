import { Environment } from '@marcbachmann/cel-js';
import type { JsonObject } from '@waymark/contracts';

/** JSON Schemas of what a condition can read, where they are known; without one everything is allowed. */
export interface ScopeTypes {
  eventProperties?: JsonObject | undefined;
  entryProperties?: JsonObject | undefined;
  traits?: JsonObject | undefined;
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/**
 * CEL over a {@link Scope}. JSON knows one kind of number, which CEL sees as a double: arithmetic that mixes it with
 * CEL's integers is allowed here, as comparison already is.
 */
export function celEnvironment(types: ScopeTypes = {}): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false });
  for (const [operator, apply] of Object.entries(ARITHMETIC)) {
    const mixed = (a: number | bigint, b: number | bigint): number => apply(Number(a), Number(b));
    environment.registerOperator(`double ${operator} int: double`, mixed);
    environment.registerOperator(`int ${operator} double: double`, mixed);
  }
  environment.registerOperator('double == int: bool', (a: number, b: bigint) => a === Number(b));
  const seen = (properties: JsonObject | undefined): Record<string, unknown> => ({
    name: 'string',
    messageId: 'string',
    timestamp: 'google.protobuf.Timestamp',
    properties: typeOf(properties),
  });
  return environment
    .registerVariable('event', { schema: seen(types.eventProperties) as never })
    .registerVariable('entry', { schema: seen(types.entryProperties) as never })
    .registerVariable('customer', { schema: { ...CUSTOMER, traits: typeOf(types.traits) } as never })
    .registerVariable('steps', 'map<string, dyn>')
    .registerVariable('now', 'google.protobuf.Timestamp');
}

const CUSTOMER = {
  id: 'string',
  counters: 'map<string, double>',
  lastSeen: 'map<string, google.protobuf.Timestamp>',
  orders: {
    count: 'double',
    value: 'double',
    firstAt: 'google.protobuf.Timestamp',
    lastAt: 'google.protobuf.Timestamp',
  },
  segments: 'list<string>',
  consents: 'map<string, dyn>',
  agency: 'map<string, string>',
  stage: 'string',
  journeys: 'map<string, dyn>',
  contacts: 'list<dyn>',
};

const SCALARS: Record<string, string> = {
  string: 'string',
  number: 'double',
  integer: 'double',
  boolean: 'bool',
  array: 'list<dyn>',
};

/** The CEL type of a JSON Schema: an object's known properties, a scalar, or `dyn` where the schema does not say. */
function typeOf(schema: JsonObject | undefined): unknown {
  const properties = schema?.['properties'];
  if (isObject(properties)) {
    return Object.fromEntries(
      Object.entries(properties).map(([name, of]) => [name, isObject(of) ? typeOf(of) : 'dyn']),
    );
  }
  const type = schema?.['type'];
  if (type === undefined || type === 'object') return 'map<string, dyn>';
  return typeof type === 'string' ? (SCALARS[type] ?? 'dyn') : 'dyn';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

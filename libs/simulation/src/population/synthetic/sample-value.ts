import type { Json, JsonObject } from '@waymark/contracts';
import type { Random } from '../../sim/random.js';
import type { Mention } from './mentions.js';

/** What values are made from. */
export interface Sampling {
  random: Random;
  /** Free text is the name of the property and this: what one story calls by one name is one thing, such as its cart. */
  token: string;
  literals: ReadonlyMap<string, Mention>;
  /** The moment, ISO 8601, for dates. */
  at: string;
}

/** Share of the optional properties that are given. */
const OPTIONAL = 0.8;
/** Share of free texts that are one of those that a condition asks for. */
const ASKED_FOR = 0.7;

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  timezone: ['Europe/Paris', 'Europe/London', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata', 'Asia/Tokyo'],
  firstName: ['Ada', 'Bruno', 'Chloé', 'Elif', 'Fatou', 'Jonas', 'Keiko', 'Liam', 'Noor', 'Rosa'],
  lastName: ['Abe', 'Costa', 'Dubois', 'Ivanov', 'Kaya', 'Lund', 'Okafor', 'Patel', 'Silva', 'Weber'],
  country: ['FR', 'GB', 'US', 'BR', 'IN', 'JP'],
  locale: ['en', 'fr', 'pt', 'ja'],
};

/** A value that a JSON Schema allows; `pattern`, `not` and combinations of schemas are not looked at. */
export function sampleValue(schema: JsonObject, name: string, of: Sampling): Json {
  if ('const' in schema) return schema['const']!;
  const { enum: choices } = schema;
  if (Array.isArray(choices) && choices.length > 0) return of.random.pick(choices);
  switch (typeOf(schema, name, of)) {
    case 'number':
    case 'integer':
      return sampleNumber(schema, name, of);
    case 'boolean':
      return of.random.chance(0.5);
    case 'object':
      return sampleObject(schema, of);
    case 'array':
      return sampleArray(schema, name, of);
    case 'null':
      return null;
    default:
      return sampleText(schema, name, of);
  }
}

/** The first type named; without any, what conditions compare it with. */
function typeOf({ type }: JsonObject, name: string, { literals }: Sampling): Json {
  const likely = literals.get(name)?.numbers.length ? 'number' : 'string';
  return (Array.isArray(type) ? type[0] : type) ?? likely;
}

/** An object: what it must have, and most of what it may. */
export function sampleObject(schema: JsonObject, of: Sampling): JsonObject {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const given = Object.entries(properties).filter(([name]) => required.includes(name) || of.random.chance(OPTIONAL));
  const others = required.filter((name): name is string => typeof name === 'string' && !(name in properties));
  return Object.fromEntries([
    ...given.map(([name, part]) => [name, sampleValue(part, name, of)] as const),
    ...others.map((name) => [name, sampleValue({}, name, of)] as const),
  ]);
}

function sampleArray(schema: JsonObject, name: string, of: Sampling): Json[] {
  const min = numberOf(schema['minItems']) ?? 1;
  const max = Math.min(numberOf(schema['maxItems']) ?? min + 2, min + 2);
  const items = (schema['items'] ?? {}) as JsonObject;
  return Array.from({ length: of.random.between(min, Math.max(min, max)) }, () => sampleValue(items, name, of));
}

/** Within the bounds; where there are none, on both sides of what conditions ask for. */
function sampleNumber(schema: JsonObject, name: string, { random, literals }: Sampling): number {
  const asked = literals.get(name)?.numbers ?? [];
  const isWhole = schema['type'] === 'integer';
  const step = numberOf(schema['multipleOf']) ?? (isWhole ? 1 : 0.01);
  const above = numberOf(schema['exclusiveMinimum']);
  const below = numberOf(schema['exclusiveMaximum']);
  const low =
    numberOf(schema['minimum']) ?? (above === undefined ? Math.min(0, ...asked.map((n) => 2 * n)) : above + step);
  const usual = Math.max(low, ...(asked.length === 0 ? [low + 100] : asked.map((n) => 2 * n)));
  const high = numberOf(schema['maximum']) ?? (below === undefined ? usual : below - step);
  const first = Math.ceil(low / step);
  const drawn = random.between(first, Math.max(first, Math.floor(high / step))) * step;
  return Number(drawn.toFixed(10));
}

function sampleText(schema: JsonObject, name: string, of: Sampling): string {
  const { random, token, literals } = of;
  const format = formatted(schema['format'], of);
  if (format !== undefined) return format;
  const known = name in KNOWN ? KNOWN[name] : undefined;
  const asked = literals.get(name)?.strings ?? [];
  if (asked.length > 0 && random.chance(ASKED_FOR)) return random.pick(asked);
  const text = known === undefined ? `${name}-${token}` : random.pick(known);
  const min = numberOf(schema['minLength']) ?? 0;
  return text.padEnd(min, 'x').slice(0, numberOf(schema['maxLength']) ?? Infinity);
}

function formatted(format: Json | undefined, { random, token, at }: Sampling): string | undefined {
  switch (format) {
    case 'email':
      return `${token}@example.com`;
    case 'date':
      return at.slice(0, 10);
    case 'date-time':
      return at;
    case 'uri':
    case 'url':
      return `https://example.com/${token}`;
    case 'uuid': {
      const hex = Array.from({ length: 32 }, () => random.between(0, 15).toString(16)).join('');
      return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join(
        '-',
      );
    }
    default:
      return undefined;
  }
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

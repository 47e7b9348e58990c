import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@waymark/contracts';
import { anEventSchema } from '../testing/samples.js';
import { compileEventSchemas, type Checked } from './compile-event-schemas.js';

const SCHEMA = {
  type: 'object',
  required: ['total'],
  additionalProperties: false,
  propertyNames: { maxLength: 12 },
  properties: {
    total: { type: 'number', minimum: 0 },
    currency: { enum: ['EUR', 'USD'] },
    at: { type: 'string', format: 'date-time' },
    items: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
    'a/b~c': { type: 'string' },
  },
};

function check(onViolation: string, properties: JsonObject): Checked {
  const resource = anEventSchema({ onViolation, properties: SCHEMA });
  const schemas = compileEventSchemas({ revision: 1, resources: [{ version: 'v', resource }] });
  return schemas.get('Order Completed')!(properties);
}

const GOOD = { total: 12, currency: 'EUR', at: '2026-05-04T08:00:00Z' };

/** What the platform itself reads is checked without a schema too. */
const OWN = ['Consent Updated', 'Agency Updated'];

describe('event schemas (R73)', () => {
  it.each(['allow', 'omit', 'block'])('%s leaves alone what keeps to them', (onViolation) => {
    expect(check(onViolation, GOOD)).toEqual({ properties: GOOD, violations: [], blocked: false });
  });

  it.each<[string, JsonObject, string, JsonObject]>([
    ['of another type', { ...GOOD, total: '12' }, 'total must be number', { currency: 'EUR', at: GOOD.at }],
    ['out of bounds', { total: -1 }, 'total must be >= 0', {}],
    [
      'not one of those allowed',
      { total: 1, currency: 'GBP' },
      'currency must be equal to one of the allowed values',
      { total: 1 },
    ],
    ['no date-time', { total: 1, at: 'yesterday' }, 'at must match format "date-time"', { total: 1 }],
    ['wrong deep inside', { total: 1, items: [{ sku: 'a' }, { sku: 2 }] }, 'items.1.sku must be string', { total: 1 }],
    ['not foreseen', { total: 1, surplus: true }, 'properties must NOT have additional properties', { total: 1 }],
    ['wrong under a name with a slash', { total: 1, 'a/b~c': 1 }, 'a/b~c must be string', { total: 1 }],
  ])('a property that is %s', (_, properties, violation, kept) => {
    expect(check('allow', properties)).toEqual({ properties, violations: [violation], blocked: false });
    expect(check('omit', properties)).toEqual({ properties: kept, violations: [violation], blocked: false });
    expect(check('block', properties)).toEqual({ properties, violations: [violation], blocked: true });
  });

  it('what is missing is said, and nothing is left out for it', () => {
    const violation = "properties must have required property 'total'";
    expect(check('omit', { currency: 'EUR' })).toEqual({
      properties: { currency: 'EUR' },
      violations: [violation],
      blocked: false,
    });
  });

  it('every violation is recorded', () => {
    const { violations, properties } = check('omit', { total: 'x', currency: 'x', 'a name far too long': 1 });
    expect(violations).toEqual(
      expect.arrayContaining(['total must be number', 'properties property name must be valid']),
    );
    expect(properties).toEqual({});
  });

  it('events without a schema, and resources of other kinds, are not looked at', () => {
    const resource = { kind: 'profile', id: 'profile', traits: {} } as const;
    const schemas = compileEventSchemas({ revision: 1, resources: [{ version: 'v', resource }] });
    expect([...schemas.keys()]).toEqual(OWN);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { FILE_SCHEMA_NAMES, WIRE_SCHEMA_NAMES, jsonSchema } from './json-schemas.js';
import { TOPICS } from './topics.js';

function validator(name: string): ValidateFunction {
  return new Ajv2020({ strict: false, validateFormats: false }).compile(jsonSchema(name)!);
}

describe('jsonSchema', () => {
  it.each([...FILE_SCHEMA_NAMES, ...WIRE_SCHEMA_NAMES])('gives a JSON Schema of %s that compiles', (name) => {
    expect(jsonSchema(name)).toMatchObject({ title: name, $schema: expect.stringContaining('2020-12') });
    expect(() => validator(name)).not.toThrow();
  });

  it.each(FILE_SCHEMA_NAMES)('refuses unknown keys in a %s, as the platform does', (name) => {
    expect(jsonSchema(name)).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('has the records of every topic', () => {
    expect(WIRE_SCHEMA_NAMES).toEqual(expect.arrayContaining([...TOPICS]));
  });

  it('does not ask for what has a default', () => {
    const isJourney = validator('journey');
    const journey = (kind: string): object => ({
      kind: 'journey',
      id: 'a',
      entry: { event: 'X' },
      start: 'done',
      steps: { done: { kind } },
    });
    expect(isJourney(journey('exit'))).toBe(true);
    expect(isJourney(journey('exti'))).toBe(false);
  });

  it('tells a call of the Segment API from something else', () => {
    const isCall = validator('segment-call');
    expect(isCall({ type: 'track', userId: 'ada', event: 'Order Completed' })).toBe(true);
    expect(isCall({ type: 'track', userId: 'ada' })).toBe(false);
    expect(isCall({ type: 'trace', userId: 'ada', event: 'Order Completed' })).toBe(false);
  });

  it('knows no other names', () => {
    expect(jsonSchema('holdout')).toBeUndefined();
    expect(jsonSchema('toString')).toBeUndefined();
  });
});

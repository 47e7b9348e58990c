import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { kindSchema, SCHEMA_KINDS } from './kind-schema.js';

describe('kindSchema', () => {
  it.each(SCHEMA_KINDS)('gives a JSON Schema of %s that compiles', (kind) => {
    const schema = kindSchema(kind)!;
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(() => new Ajv2020({ strict: false, validateFormats: false }).compile(schema)).not.toThrow();
  });

  it('does not ask for what has a default', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(kindSchema('journey')!);
    expect(
      validate({ kind: 'journey', id: 'a', entry: { event: 'X' }, start: 'done', steps: { done: { kind: 'exit' } } }),
    ).toBe(true);
    expect(
      validate({ kind: 'journey', id: 'a', entry: { event: 'X' }, start: 'done', steps: { done: { kind: 'exti' } } }),
    ).toBe(false);
  });

  it('knows no other kinds', () => {
    expect(kindSchema('segment')).toBeUndefined();
    expect(kindSchema('toString')).toBeUndefined();
  });
});

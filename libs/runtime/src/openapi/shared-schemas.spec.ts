import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { SharedSchemas } from './shared-schemas.js';

const named = z.object({ at: z.iso.datetime({ offset: true }), size: z.number().default(1) }).meta({ id: 'Named' });

describe('schemas of one document', () => {
  it('stand once where they have a name, and are referred to', () => {
    const shared = new SharedSchemas();
    const $ref = '#/components/schemas/Named';
    expect(shared.of(named, 'output')).toEqual({ $ref });
    expect(shared.of(z.array(named), 'output')).toEqual({ type: 'array', items: { $ref } });
    expect(shared.schemas).toEqual({
      Named: {
        type: 'object',
        properties: { at: { type: 'string', format: 'date-time' }, size: { type: 'number', default: 1 } },
        required: ['at', 'size'],
      },
    });
  });

  it('that refer to themselves stand once too, whoever uses them', () => {
    const shared = new SharedSchemas();
    const first = shared.of(z.object({ a: z.json() }), 'output');
    const second = shared.of(z.object({ b: z.array(named), c: z.json() }), 'output');
    expect(Object.keys(shared.schemas).sort()).toEqual(['Named', 'Shared1']);
    expect(first).toMatchObject({ properties: { a: { $ref: '#/components/schemas/Shared1' } } });
    expect(second).toMatchObject({ properties: { c: { $ref: '#/components/schemas/Shared1' } } });
  });

  it('refuse other keys where something is sent, and say nothing of them where it is answered', () => {
    const strict = z.strictObject({ a: z.string().brand('A') });
    const properties = { a: { type: 'string' } };
    expect(new SharedSchemas().of(strict, 'input')).toMatchObject({ properties, additionalProperties: false });
    expect(new SharedSchemas().of(strict, 'output')).toEqual({ type: 'object', properties, required: ['a'] });
  });

  it('of one name and different kinds are a defect', () => {
    const shared = new SharedSchemas();
    shared.of(named, 'output');
    expect(() => shared.of(named, 'input')).toThrow(expect.objectContaining({ code: 'DEFECT' }));
    expect(() => shared.of(z.string().meta({ id: 'Named' }), 'output')).toThrow('are called Named');
  });
});

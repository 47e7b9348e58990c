import { describe, expect, it } from '@jest/globals';
import { z, ZodError } from 'zod';
import { ParsingPipe } from './parsing-pipe.js';

const schema = z.strictObject({ limit: z.coerce.number().max(5).default(3) });
const pipe = new ParsingPipe();

describe('what a route takes', () => {
  it.each(['body', 'query'] as const)('is parsed by the schema of its parameter: %s', (type) => {
    expect(pipe.transform({}, { type, schema })).toEqual({ limit: 3 });
    expect(pipe.transform({ limit: '4' }, { type, schema })).toEqual({ limit: 4 });
    expect(() => pipe.transform({ limit: '6' }, { type, schema })).toThrow(ZodError);
    expect(() => pipe.transform(undefined, { type, schema })).toThrow(ZodError);
  });

  it('is at no address where a part of the path is not valid', () => {
    const at = { type: 'param', data: 'kind', schema: z.enum(['a', 'b']) } as const;
    expect(pipe.transform('a', at)).toBe('a');
    expect(() => pipe.transform('c', at)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('is left as it is when it is read raw, or when nothing is said of it', () => {
    const bytes = Buffer.from('{}');
    expect(pipe.transform(bytes, { type: 'custom', schema })).toBe(bytes);
    expect(pipe.transform('x', { type: 'param', data: 'id' })).toBe('x');
  });
});

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { recordMistakes } from './record-mistakes.js';

const put = z.object({ type: z.literal('put'), id: z.string(), size: z.number() });
const drop = z.object({ type: z.literal('drop'), id: z.string() });
const workspace = z.object({ type: z.literal('workspace'), revision: z.number() });
const own = z.discriminatedUnion('type', [put, drop]);

function said(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value);
  return recordMistakes(error!.issues);
}

describe('recordMistakes', () => {
  it('names every mistake with its place', () => {
    expect(said(put, { type: 'put', id: 7 })).toBe(
      'id: Invalid input: expected string, received number; size: Invalid input: expected number, received undefined',
    );
  });

  it.each<[string, unknown, string]>([
    ['a type of its own', { type: 'put', id: 'a', size: 'x' }, 'size: Invalid input: expected number, received string'],
    ['the other', { type: 'drop' }, 'id: Invalid input: expected string, received undefined'],
    [
      'the one that travels with it',
      { type: 'workspace' },
      'revision: Invalid input: expected number, received undefined',
    ],
    ['a type that nobody knows', { type: 'x' }, "type: Invalid discriminator value. Expected 'put' | 'drop'"],
    ['no type', {}, "type: Invalid discriminator value. Expected 'put' | 'drop'"],
    ['no object', 7, 'Invalid input: expected object, received number'],
  ])('of a union are those of the type the record says it has: %s', (_, value, expected) => {
    expect(said(z.union([own, workspace]), value)).toBe(expected);
  });

  it('are bounded, however many there are and whatever they are about', () => {
    const list = z.array(z.string());
    const many = said(
      list,
      Array.from({ length: 1_000 }, () => 1),
    );
    expect(many.split('; ')).toHaveLength(21);
    expect(many.endsWith('; and 980 more')).toBe(true);
    expect(said(z.record(z.string(), z.string()), { ['x'.repeat(100_000)]: 1 })).toHaveLength(2_001);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boundValues } from '@waymark/postgres';
import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase({ migrated: false });
});

afterAll(() => test.drop());

async function echo(type: string, values: readonly unknown[]): Promise<unknown> {
  const query = { text: `select $1::${type}[] as echo`, values: boundValues([values]) };
  return (await test.database.pool.query<{ echo: unknown }>(query)).rows[0]!.echo;
}

/** What PostgreSQL can hold: no NUL, no half of a surrogate pair. */
const text = fc.string({ unit: 'grapheme' }).map((any) => any.replaceAll('\0', ''));

describe('arrays that the server takes', () => {
  it('has the strings it was sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), async (values) => {
        expect(await echo('text', values)).toEqual(values);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    {
      what: 'what literals of arrays are made of',
      values: ['{', '}', ',', '"', '\\', 'null', 'NULL', ' ', '', '{"a":"\\u0000"}'],
    },
    { what: 'what stands outside of the first plane', values: ['🙂', 'é', '漢', null] },
  ])('has $what', async ({ values }) => {
    expect(await echo('text', values)).toEqual(values);
  });

  it.each([
    { type: 'integer', values: [1, null, -7] },
    { type: 'double precision', values: [0.1, 1e300, -0.5] },
    { type: 'boolean', values: [true, null, false] },
  ])('has numbers and booleans: $type', async ({ type, values }) => {
    expect(await echo(type, values)).toEqual(values);
  });

  it('refuses NUL in a text, as it did', async () => {
    await expect(echo('text', ['\0'])).rejects.toThrow(/invalid byte sequence/);
  });
});

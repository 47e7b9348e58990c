import { describe, expect, it } from '@jest/globals';
import type { Json } from './json.js';
import { syntaxMistake, unsafeJson } from './unsafe-json.js';

const look = (text: string, depthMax = 3): ReturnType<typeof unsafeJson> =>
  unsafeJson(JSON.parse(text) as Json, { what: 'the record', depthMax });

describe('unsafeJson', () => {
  it.each(['null', '"text"', '[[[1]]]', '{"a":{"b":[]}}', '{"constructor":"Ferrari"}', '{"constructor":{"name":"x"}}'])(
    'finds nothing in %s',
    (text) => {
      expect(look(text)).toBeUndefined();
    },
  );

  it.each([4, 100_000])('finds %d levels where 3 are allowed', (levels) => {
    const detail = 'the record is nested more than 3 levels deep';
    for (const [open, close] of ['[]', ['{"a":', '}']].map(([a, b]) => [a!, b!]))
      expect(look(`${open!.repeat(levels)}1${close!.repeat(levels)}`)).toEqual({ code: 'TOO_DEEP', detail });
  });

  it.each(['{"__proto__":1}', '[{"a":{"\\u005f_proto__":null}}]', '{"constructor":{"prototype":1}}'])(
    'finds the key into prototypes in %s',
    (text) => {
      expect(look(text)).toMatchObject({
        code: 'FORBIDDEN_KEY',
        detail: expect.stringMatching(/^the key ".*" is not/),
      });
    },
  );
});

describe('syntaxMistake', () => {
  it.each(['ada@shop.example', '{"a":"shop",x}', `[${'1,'.repeat(50)}shop`, '{"a":shop}', '"shop'])(
    'says what is wrong with %s and quotes nothing of it',
    (text) => {
      const mistake = ((): string => {
        try {
          JSON.parse(text);
          return '';
        } catch (error) {
          return syntaxMistake(error as Error);
        }
      })();
      expect(mistake).toMatch(/^[A-Z][a-z]+ /);
      expect(mistake).not.toContain('shop');
    },
  );
});

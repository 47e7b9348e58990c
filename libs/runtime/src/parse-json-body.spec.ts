import { describe, expect, it } from '@jest/globals';
import { JSON_DEPTH_MAX, WaymarkError } from '@waymark/contracts';
import fc from 'fast-check';
import { assertSafeJson, parseJson, parseJsonBody } from './parse-json-body.js';

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const nested = (depth: number, open = '{"a":', close = '}'): string => open.repeat(depth) + '1' + close.repeat(depth);

describe('a body', () => {
  it.each(['{"a":[1,null,true,"é😀"]}', '[]', '"text"', '12.5', 'null', '\uFEFF{"a":1}'])('%s is JSON', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text.replace('\uFEFF', '')));
  });

  it('keeps every JSON value that is safe', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/"__proto__"|"constructor"/.test(text));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['a byte that is never UTF-8', [0x7b, 0xff, 0xfe, 0x7d]],
    ['half a character at the end', [0x22, 0xc3]],
    ['a slash written too long', [0x22, 0xc0, 0xaf, 0x22]],
    ['half a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('with %s is INVALID_UTF8', (_, bytes) => {
    expect(() => parseJsonBody(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'INVALID_UTF8' }));
  });

  it.each(['', '{', '{"a":}', "{'a':1}", '[1,]', 'undefined', '{"a":1} {"b":2}', '{"a":"\n"}', 'NaN'])(
    '%j is MALFORMED_JSON',
    (text) => {
      expect(() => parse(text)).toThrow(
        expect.objectContaining({ code: 'MALFORMED_JSON', message: expect.stringMatching(/^the body is not JSON: ./) }),
      );
    },
  );

  it('is not quoted in what is said of it: it may hold personal data', () => {
    const bodies = [
      'ada@shop.example',
      '{"email":"ada@shop.example",x}',
      `{"list":[1,2,3,4,5,6,7,8,9,10], "email": ada@shop.example, "more":"${'x'.repeat(100)}"}`,
      `[${'1,'.repeat(50)}ada@shop.example`,
    ];
    for (const body of bodies)
      expect(() => parse(body)).toThrow(
        expect.objectContaining({ code: 'MALFORMED_JSON', message: expect.not.stringContaining('shop') }),
      );
  });

  it.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
  ])(`may nest ${JSON_DEPTH_MAX} %s, and not one more`, (_, open, close) => {
    expect(parse(nested(JSON_DEPTH_MAX, open, close))).toBeDefined();
    for (const depth of [JSON_DEPTH_MAX + 1, 100, 100_000])
      expect(() => parse(nested(depth, open, close))).toThrow(expect.objectContaining({ code: 'TOO_DEEP' }));
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"b":{"__proto__":null}}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '[{"constructor":{"prototype":1}}]',
  ])('%s is FORBIDDEN_KEY', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'FORBIDDEN_KEY' }));
  });

  it.each(['{"constructor":"Ferrari"}', '{"constructor":{"name":"x"}}', '{"prototype":1}', '{"proto":"__proto__"}'])(
    '%s is harmless',
    (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    },
  );

  it('can be parsed first and its parts checked after', () => {
    const [good, bad] = parseJson(Buffer.from('[{"a":1},{"__proto__":1}]')) as [never, never];
    expect(() => assertSafeJson(good)).not.toThrow();
    expect(() => assertSafeJson(bad)).toThrow(WaymarkError);
  });
});

import { describe, expect, it } from '@jest/globals';
import { customerIdSchema } from '@waymark/contracts';
import { CONTEXT_BYTES_MAX, emptyContext, type CustomerContext } from '@waymark/customer-context';
import { contentOf, contextOf, keyOf } from './stored-context.js';

const ada = customerIdSchema.parse('ada');
const context: CustomerContext = { ...emptyContext(ada), version: 7 };
const json = JSON.stringify(context);
const read = (value: string, minVersion = 0) => contextOf(value, { customerId: ada, minVersion });
const without = (field: keyof CustomerContext): string => JSON.stringify({ ...context, [field]: undefined });

describe('a stored context', () => {
  it('is read as it was written', () => {
    expect(read(`7 ${contentOf(context)}`)).toEqual(context);
  });

  it('may have more than is known here', () => {
    expect(read(`7 ${JSON.stringify({ ...context, stage: 'loyalty', later: 1 })}`)).toMatchObject({ stage: 'loyalty' });
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no version', json],
    ['no content', '7 '],
    ['words', 'hello world'],
    ['a version that is no number', `seven ${json}`],
    ['a version below zero', `-7 ${json}`],
    ['a version that is not that of the content', `8 ${json}`],
    ['a version of too many digits', `00000000000000007 ${json}`],
    ['half a content', `7 ${json.slice(0, -9)}`],
    ['two contents', `7 ${json}${json}`],
    ['null', '7 null'],
    ['a list', '7 []'],
    ['a text', '7 "context"'],
    ['another customer', `7 ${JSON.stringify({ ...context, id: 'bob' })}`],
    ['no id', `7 ${without('id')}`],
    ['a context from before there were segments', `7 ${without('segments')}`],
    ['a context from before there was agency', `7 ${without('agency')}`],
    ['a field of another type', `7 ${JSON.stringify({ ...context, segments: {} })}`],
    ['a field that is null', `7 ${JSON.stringify({ ...context, orders: null })}`],
  ])('is not made of %s', (_what, value) => {
    expect(read(value)).toBeUndefined();
  });

  it('is too old for who wants a newer one, whatever is in it', () => {
    expect(read(`7 ${json}`, 7)).toEqual(context);
    expect(read(`7 ${json}`, 8)).toBeUndefined();
  });

  it('has no content when it is larger than a context may be, counted in bytes', () => {
    const sized = (chars: number): CustomerContext => ({ ...context, traits: { a: 'ü'.repeat(chars) } });
    const most = (CONTEXT_BYTES_MAX - Buffer.byteLength(JSON.stringify(sized(0)))) >> 1;
    expect(Buffer.byteLength(contentOf(sized(most)))).toBeGreaterThan(CONTEXT_BYTES_MAX - 2);
    expect(contentOf(sized(most + 1))).toBe('');
  });
});

describe('the key of a customer', () => {
  it('has the prefix and the format in front of the id', () => {
    expect(keyOf('waymark', ada)).toBe('waymark:ctx1:ada');
  });
});

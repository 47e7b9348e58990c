import { describe, expect, it } from '@jest/globals';
import { formatTraceparent, parseTraceparent } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    ['sampled', `00-${TRACE}-${SPAN}-01`, 1],
    ['not sampled', `00-${TRACE}-${SPAN}-00`, 0],
    ['with flags nobody knows yet', `00-${TRACE}-${SPAN}-03`, 1],
    ['of a later version, with more behind it', `cc-${TRACE}-${SPAN}-01-what-comes`, 1],
  ])('%s is read', (_, text, traceFlags) => {
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  });

  it.each([
    ['nothing', ''],
    ['something else', 'theirs'],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['more than version 0 has', `00-${TRACE}-${SPAN}-01-more`],
    ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['a line more', `00-${TRACE}-${SPAN}-01\n`],
  ])('that is %s is none', (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  it('is written as it was read', () => {
    for (const flags of ['00', '01']) {
      const text = `00-${TRACE}-${SPAN}-${flags}`;
      expect(formatTraceparent(parseTraceparent(text)!)).toBe(text);
    }
  });
});

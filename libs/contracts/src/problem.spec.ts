import { describe, expect, it } from '@jest/globals';
import { problemSchema } from './problem.js';

const PROBLEM = { title: 'Bad request', status: 400, code: 'INVALID_BODY', detail: 'it is no JSON' };

describe('a problem document (RFC 9457)', () => {
  it('has no type of its own when it names none', () => {
    expect(problemSchema.parse(PROBLEM)).toEqual({ ...PROBLEM, type: 'about:blank' });
  });

  it('may list what is wrong, item by item or by pointer', () => {
    const errors = [
      { index: 1, code: 'MISSING_ID', detail: 'no id' },
      { path: '/event', code: 'INVALID_BODY', detail: 'no event' },
    ];
    expect(problemSchema.parse({ ...PROBLEM, errors }).errors).toEqual(errors);
  });

  it.each(['title', 'status', 'code', 'detail'])('is none without its %s', (key) => {
    expect(problemSchema.safeParse({ ...PROBLEM, [key]: undefined }).success).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, failureKind, WaymarkError, type ErrorCode, type FailureKind } from './errors.js';

const KINDS: readonly FailureKind[] = ['invalid', 'conflict', 'transient', 'defect'];

describe('WaymarkError', () => {
  it.each(Object.entries(ERROR_CODES))('%s is %s', (code, kind) => {
    const error = new WaymarkError(code as ErrorCode, 'what was wrong');
    expect([error.code, error.kind, failureKind(error)]).toEqual([code, kind, kind]);
    expect(KINDS).toContain(kind);
  });

  it('says what was wrong, and brings what caused it, what else is wrong, and when to come back', () => {
    const cause = new TypeError('x');
    const errors = [{ path: '/a', code: 'INVALID_BODY', detail: 'no' }];
    const error = new WaymarkError('OVERLOADED', 'too much', { cause, errors, retryAfterMs: 1_500 });
    expect(error).toMatchObject({ name: 'WaymarkError', message: 'too much', cause, errors, retryAfterMs: 1_500 });
    expect(String(error)).toBe('WaymarkError: too much');
    expect(error).toBeInstanceOf(Error);
  });

  it('has nothing else to say when it is given nothing else', () => {
    const { cause, errors, retryAfterMs } = new WaymarkError('NOT_FOUND', 'there is no such thing');
    expect({ cause, errors, retryAfterMs }).toEqual({ cause: undefined, errors: [], retryAfterMs: undefined });
  });
});

describe('failureKind', () => {
  it.each<[string, unknown]>([
    ['an error of the language', new TypeError('x')],
    ['an error that only looks like ours', Object.assign(new Error('x'), { code: 'FENCED', kind: 'conflict' })],
    ['a text', 'x'],
    ['nothing', undefined],
  ])('%s, which nobody classified, is a defect', (_, thrown) => {
    expect(failureKind(thrown)).toBe('defect');
  });

  it('goes by the outermost error: whoever wrapped it knew what it means', () => {
    const cause = new WaymarkError('STORE_UNAVAILABLE', 'down');
    expect(failureKind(new WaymarkError('DEFECT', 'broken', { cause }))).toBe('defect');
    expect(failureKind(new Error('x', { cause }))).toBe('defect');
  });
});

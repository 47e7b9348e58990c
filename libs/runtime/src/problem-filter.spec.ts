import { describe, expect, it } from '@jest/globals';
import { HttpException, NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { ERROR_CODES, WaymarkError, problemSchema, type ErrorCode } from '@waymark/contracts';
import { z } from 'zod';
import { ProblemFilter, problemOf, statusOf } from './problem-filter.js';
import { captureLog } from './testing/captured-log.js';

const TABLE: Record<ErrorCode, [number, string]> = {
  MALFORMED_JSON: [400, 'Bad request'],
  INVALID_BODY: [400, 'Bad request'],
  INVALID_UTF8: [400, 'Bad request'],
  TOO_DEEP: [400, 'Bad request'],
  FORBIDDEN_KEY: [400, 'Bad request'],
  OVERSIZE: [413, 'Too large'],
  MISSING_ID: [400, 'Bad request'],
  INVALID_TIMESTAMP: [400, 'Bad request'],
  UNKNOWN_SCHEMA_VERSION: [400, 'Bad request'],
  SCHEMA_VIOLATION: [400, 'Bad request'],
  UNAUTHORIZED: [401, 'Not authenticated'],
  FORBIDDEN: [403, 'Not allowed'],
  NOT_FOUND: [404, 'Not found'],
  BAD_SIGNATURE: [401, 'Not authenticated'],
  INVALID_RESOURCE: [422, 'Not valid'],
  INVALID_CONFIGURATION: [400, 'Bad request'],
  INVALID_RECORD: [400, 'Bad request'],
  UNDO_EXPIRED: [409, 'Conflict'],
  UNDO_DONE: [409, 'Conflict'],
  DATA_FOLDER_VERSION: [400, 'Bad request'],
  DATA_FOLDER_IN_USE: [409, 'Conflict'],
  FENCED: [409, 'Conflict'],
  STATE_CONFLICT: [409, 'Conflict'],
  PORT_IN_USE: [409, 'Conflict'],
  OVERLOADED: [429, 'Too many requests'],
  NOT_READY: [503, 'Not available now'],
  STORE_UNAVAILABLE: [503, 'Not available now'],
  LOG_UNAVAILABLE: [503, 'Not available now'],
  PROVIDER_UNAVAILABLE: [503, 'Not available now'],
  DISK_FULL: [503, 'Not available now'],
  PROVIDER_REFUSED: [400, 'Bad request'],
  LOG_MISMATCH: [500, 'Internal error'],
  DEFECT: [500, 'Internal error'],
};
const HIDDEN = 'something went wrong on our side; it has been logged';

describe('an error as a problem', () => {
  it.each(Object.entries(TABLE) as [ErrorCode, [number, string]][])('%s is %j', (code, [status, title]) => {
    const error = new WaymarkError(code, 'what was wrong');
    expect(statusOf(error)).toBe(status);
    expect(problemOf(error)).toEqual({
      type: 'about:blank',
      title,
      status,
      code,
      detail: status === 500 ? HIDDEN : 'what was wrong',
      errors: undefined,
    });
  });

  it('the table has every code', () => {
    expect(Object.keys(TABLE).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it('keeps what is wrong with each part', () => {
    const errors = [{ index: 1, code: 'MISSING_ID', detail: 'a call needs a userId' }];
    expect(problemOf(new WaymarkError('INVALID_BODY', 'none is valid', { errors }))).toMatchObject({ errors });
  });

  it('of a body that does not fit its schema says where', () => {
    const { error } = z.strictObject({ a: z.object({ b: z.number() }) }).safeParse({ a: { b: 'x' }, c: 1 });
    expect(problemOf(error)).toMatchObject({
      status: 400,
      code: 'INVALID_BODY',
      detail: expect.stringMatching(/^the request is not valid: \/a\/b .+; \/ /),
      errors: [
        { path: '/a/b', code: 'INVALID_BODY' },
        { path: '/', code: 'INVALID_BODY' },
      ],
    });
  });

  it.each<[string, unknown, number, string, string]>([
    ['no route', new NotFoundException('Cannot GET /x'), 404, 'NOT_FOUND', 'there is nothing at this address'],
    ['too large a body', { statusCode: 413 }, 413, 'OVERSIZE', 'the body is larger than this endpoint takes'],
    [
      'a media type nobody reads',
      Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }),
      400,
      'INVALID_BODY',
      'Unsupported Media Type',
    ],
    ['a refusal of the framework', new HttpException('no', 400), 400, 'INVALID_BODY', 'no'],
    ['a failure of the framework', new HttpException('secret', 502), 500, 'DEFECT', HIDDEN],
    ['an error nobody classified', new TypeError('secret'), 500, 'DEFECT', HIDDEN],
    ['text', 'secret', 500, 'DEFECT', HIDDEN],
    ['null', null, 500, 'DEFECT', HIDDEN],
    ['nothing', undefined, 500, 'DEFECT', HIDDEN],
  ])('%s', (_, thrown, status, code, detail) => {
    expect(problemOf(thrown)).toMatchObject({ status, code, detail });
  });
});

describe('the answer to an error', () => {
  function answerTo(thrown: unknown) {
    const headers: Record<string, unknown> = {};
    const answer = { status: 0, body: '' };
    const reply = {
      header(name: string, value: unknown) {
        headers[name] = value;
        return reply;
      },
      status(status: number) {
        answer.status = status;
        return reply;
      },
      send(body: string) {
        answer.body = body;
        return reply;
      },
    };
    const request = { method: 'POST', routeOptions: { url: '/v1/track' }, url: '/v1/track?email=ada@shop.example' };
    const http = { getResponse: () => reply, getRequest: () => request };
    const { logger, lines, text } = captureLog();
    new ProblemFilter(logger).catch(thrown, { switchToHttp: () => http } as unknown as ArgumentsHost);
    return { ...answer, headers, lines, text };
  }

  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s is a problem document of its status', (code) => {
    const { status, body, headers } = answerTo(new WaymarkError(code, 'what was wrong'));
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status, code });
    expect(status).toBe(TABLE[code][0]);
    expect(headers['content-type']).toBe('application/problem+json');
  });

  it.each([
    [{ retryAfterMs: 1 }, 1],
    [{ retryAfterMs: 1_000 }, 1],
    [{ retryAfterMs: 1_001 }, 2],
    [{ retryAfterMs: 30_000 }, 30],
    [{}, 1],
  ])('says after how many whole seconds to come again (%j: %s)', (options, seconds) => {
    for (const code of ['OVERLOADED', 'STORE_UNAVAILABLE'] as const)
      expect(answerTo(new WaymarkError(code, 'later', options)).headers['retry-after']).toBe(seconds);
  });

  it('says how to authenticate when that is missing, and nothing of the kind otherwise', () => {
    expect(answerTo(new WaymarkError('UNAUTHORIZED', 'who are you')).headers).toMatchObject({
      'www-authenticate': 'Bearer, Basic realm="waymark"',
    });
    expect(answerTo(new WaymarkError('FORBIDDEN', 'no')).headers).toEqual({
      'content-type': 'application/problem+json',
    });
  });

  it('logs a defect with its stack and route, without what was in the URL, and tells nobody outside', () => {
    const { lines, body, text } = answerTo(new TypeError('x is undefined'));
    expect(lines).toEqual([
      expect.objectContaining({
        level: 50,
        msg: 'request failed',
        method: 'POST',
        route: '/v1/track',
        err: expect.objectContaining({ message: 'x is undefined', stack: expect.stringContaining('TypeError') }),
      }),
    ]);
    expect(body).not.toContain('undefined');
    expect(text()).not.toContain('ada@shop.example');
  });

  it('logs nothing for anything else: a healthy system is quiet', () => {
    for (const code of ['INVALID_BODY', 'STATE_CONFLICT', 'STORE_UNAVAILABLE'] as const)
      expect(answerTo(new WaymarkError(code, 'x')).lines).toEqual([]);
  });
});

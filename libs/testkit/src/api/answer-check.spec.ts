import { describe, expect, it } from '@jest/globals';
import { AnswerCheck, type ApiAnswer } from './answer-check.js';

const json = (schema: Record<string, unknown>) => ({ content: { 'application/json': { schema } } });
const thing = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    inner: { $ref: '#/components/schemas/Inner' },
  },
  required: ['id'],
};
const document = {
  paths: {
    '/things/{id}': { get: { responses: { 200: json({ $ref: '#/components/schemas/Thing' }), 503: json(thing) } } },
    '/things/counts': { get: { responses: { 200: json({ type: 'array', items: { type: 'number' } }) } } },
    '/things': { post: { responses: { 202: {} } } },
    '/metrics': { get: { responses: { 200: { content: { 'text/plain': { schema: { type: 'string' } } } } } } },
  },
  components: {
    schemas: {
      Thing: thing,
      Inner: { type: 'object', properties: { type: { type: 'string' }, properties: { type: 'number' } } },
      Problem: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
    },
  },
};

const answer = (line: string, status: number, body: string, type = 'application/json; charset=utf-8'): ApiAnswer => {
  const [method, path] = line.split(' ') as [string, string];
  return { method, path, status, body, type };
};

describe('an answer', () => {
  it.each<[string, ApiAnswer]>([
    ['with what is described', answer('GET /things/a', 200, '{"id":"a","inner":{"type":"x","properties":1}}')],
    ['to an address with a query', answer('GET /things/a?x=/', 200, '{"id":"a"}')],
    ['of another status that is described', answer('GET /things/a', 503, '{"id":"a"}')],
    ['by the more exact address', answer('GET /things/counts', 200, '[1]')],
    ['without a body', answer('POST /things', 202, '', '')],
    ['of text', answer('GET /metrics', 200, 'x 1', 'text/plain; version=0.0.4')],
    ['that is a problem', answer('POST /things', 400, '{"code":"INVALID_BODY"}', 'application/problem+json')],
    ['of nothing that is there', answer('GET /nowhere', 404, '{"code":"NOT_FOUND"}', 'application/problem+json')],
  ])('%s is as it should be', (_, given) => {
    expect(new AnswerCheck(document).mistake(given)).toBeUndefined();
  });

  it.each<[string, ApiAnswer, RegExp]>([
    [
      'a key more',
      answer('GET /things/a', 200, '{"id":"a","secret":1}'),
      /^GET \/things\/a, 200: .*additional.*"secret"/,
    ],
    ['a key more within', answer('GET /things/a', 200, '{"id":"a","inner":{"x":1}}'), /\/inner .*"x"/],
    ['a key less', answer('GET /things/a', 200, '{}'), /required.*"id"/],
    ['something else', answer('GET /things/counts', 200, '["1"]'), /\/0 must be number/],
    ['a moment that is none', answer('GET /things/a', 200, '{"id":"a","at":"noon"}'), /\/at .*date-time/],
    ['another status', answer('GET /things/a', 201, '{"id":"a"}'), /the document has no such answer/],
    ['a body where there is none', answer('POST /things', 202, '{}'), /a body, where there should be none/],
    ['another type', answer('GET /metrics', 200, '{}'), /it is application\/json.*and not text\/plain/],
    ['an error that is no problem', answer('GET /things/a', 500, '{"code":"X"}'), /and not application\/problem\+json/],
    ['a problem without a code', answer('GET /things/a', 500, '{}', 'application/problem+json'), /required.*"code"/],
  ])('with %s is a mistake', (_, given, says) => {
    expect(new AnswerCheck(document).mistake(given)).toMatch(says);
  });
});

describe('what nobody has asked for', () => {
  it('is every route that was not seen to answer well, and with more than an empty list', () => {
    const check = new AnswerCheck(document);
    for (const given of [
      answer('GET /things/a', 200, '{"id":"a"}'),
      answer('GET /things/counts', 200, '[]'),
      answer('POST /things', 400, '{"code":"INVALID_BODY"}', 'application/problem+json'),
      answer('GET /metrics', 200, '{}'),
    ])
      check.mistake(given);
    expect(check.unseen.sort()).toEqual(['GET /metrics', 'GET /things/counts', 'POST /things']);
    check.mistake(answer('GET /things/counts', 200, '[1]'));
    check.mistake(answer('POST /things', 202, ''));
    expect(check.unseen).toEqual(['GET /metrics']);
  });
});

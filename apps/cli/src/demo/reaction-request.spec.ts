import { describe, expect, it } from '@jest/globals';
import { reactionRequest } from './reaction-request.js';

const AT = '2026-03-02T08:00:00.000Z';

describe('reactionRequest', () => {
  it('tells personalization what she answered', () => {
    const reaction = { type: 'respond', customer: 'ada', offer: 'refill-bag', outcome: 'accepted' } as const;
    expect(reactionRequest(reaction, AT, 'secret')).toEqual({
      service: 'personalization',
      path: '/v1/respond',
      body: '{"customer":"ada","offer":"refill-bag","outcome":"accepted"}',
      headers: {},
    });
    expect(reactionRequest({ type: 'undo', customer: 'ada', offer: 'refill-bag' }, AT, 'secret').path).toBe('/v1/undo');
  });

  it('tells action-dispatch of an opening, signed over the second and the very bytes', () => {
    const request = reactionRequest({ type: 'outcome', actionId: 'a1', outcome: 'opened' }, AT, 'secret');
    expect(request).toEqual({
      service: 'action-dispatch',
      path: '/v1/outcomes/email',
      body: `{"actionId":"a1","outcome":"opened","at":"${AT}"}`,
      headers: { 'waymark-signature': expect.stringMatching(/^t=1772438400,v1=[0-9a-f]{64}$/) },
    });
    const other = reactionRequest({ type: 'outcome', actionId: 'a1', outcome: 'opened' }, AT, 'another');
    expect(other.headers).not.toEqual(request.headers);
  });
});

import { describe, expect, it } from '@jest/globals';
import { PatientClient, type Answer } from './patient-client.js';

type Reply = Response | TypeError;

const later = (status: number, retryAfter?: string): Response =>
  new Response('later', { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });
const unreachable = (): TypeError => new TypeError('fetch failed');

/** Posts to somebody who replies like this, one after the other; the signal aborts at the given pause. */
async function posted(replies: Reply[], abortAtPause?: number) {
  const abort = new AbortController();
  const pauses: number[] = [];
  const causes: string[] = [];
  const bodies: unknown[] = [];
  const client = new PatientClient({
    signal: abort.signal,
    onRetry: (cause) => causes.push(cause),
    pause: async (ms) => {
      pauses.push(ms);
      if (pauses.length !== abortAtPause) return;
      abort.abort();
      throw abort.signal.reason;
    },
    fetch: async (_url, init) => {
      bodies.push(init?.body);
      const reply = replies.shift()!;
      if (reply instanceof Error) throw reply;
      return reply;
    },
  });
  let tries = 0;
  const attempt = () => ({ url: new URL('http://waymark/v1/batch'), headers: {}, body: `try ${(tries += 1)}` });
  const answer: Answer | undefined = await client.post(attempt);
  return { answer, pauses, causes, bodies };
}

describe('PatientClient', () => {
  it.each([200, 202, 400, 401, 404, 409, 500])('takes %d for an answer', async (status) => {
    expect(await posted([new Response('so be it', { status })])).toEqual({
      answer: { status, text: 'so be it' },
      pauses: [],
      causes: [],
      bodies: ['try 1'],
    });
  });

  it('sends again while it is told "later", and waits as long as it is told', async () => {
    const { answer, pauses, causes, bodies } = await posted([
      later(503, '2'),
      later(429, '0'),
      later(503, '3600'),
      new Response('ok'),
    ]);
    expect(answer).toEqual({ status: 200, text: 'ok' });
    expect(pauses).toEqual([2_000, 0, 5_000]);
    expect(causes).toEqual(['503', '429', '503']);
    expect(bodies).toEqual(['try 1', 'try 2', 'try 3', 'try 4']);
  });

  it('waits longer and longer, to a limit, for somebody who does not answer or does not say how long', async () => {
    const away = Array.from({ length: 8 }, unreachable);
    const { pauses, causes } = await posted([...away, later(502), later(504, 'soon'), new Response('ok')]);
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000]);
    expect(causes).toEqual([...away.map(() => 'unreachable'), '502', '504']);
  });

  it('gives up when it is told to, in the middle of a pause too', async () => {
    const { answer, causes } = await posted([unreachable(), unreachable(), new Response('too late')], 2);
    expect([answer, causes]).toEqual([undefined, ['unreachable', 'unreachable']]);
  });

  it('lets through what is wrong with the program itself', async () => {
    await expect(posted([new RangeError('a defect') as never])).rejects.toThrow('a defect');
  });
});

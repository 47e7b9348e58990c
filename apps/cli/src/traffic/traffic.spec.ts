import { describe, expect, it } from '@jest/globals';
import { OutsideWorld } from '../demo/outside-world.js';
import { serviceUrls } from './service-urls.js';
import { Traffic } from './traffic.js';

const START = Date.parse('2026-03-02T08:00:00Z');

/** Time that passes when everybody waits. */
class VirtualTime {
  now = START;
  #waiting: { at: number; wake: () => void }[] = [];

  pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const at = this.now + ms;
      if (signal.aborted) reject(signal.reason as Error);
      this.#waiting.push({ at, wake: resolve });
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });

  /** Lets time pass up to an instant. */
  async passTo(end: number): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      this.#waiting.sort((a, b) => a.at - b.at);
      if ((this.#waiting[0]?.at ?? Infinity) > end) break;
      const { at, wake } = this.#waiting.shift()!;
      this.now = at;
      wake();
    }
    this.now = end;
  }
}

interface Seen {
  url: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** Traffic for `seconds` against a platform that answers like this. */
async function streamed(seconds: number, reply: (seen: Seen, nth: number) => Response | 'never', rate = 20) {
  const time = new VirtualTime();
  const enough = new AbortController();
  const giveUp = new AbortController();
  const outside = new OutsideWorld();
  const seen: Seen[] = [];
  const traffic = new Traffic(
    {
      urls: serviceUrls('http://entry', { 'action-dispatch': 'http://dispatch', personalization: 'http://person' }),
      writeKey: 'a-write-key',
      adminToken: 'a-token',
      mailSecret: 'a-secret',
      rate,
      customers: 50,
      seed: 1,
      run: 'r',
      outside,
    },
    {
      enough: enough.signal,
      giveUp: giveUp.signal,
      now: () => time.now,
      pause: time.pause,
      fetch: (url, init) => {
        const { headers, body } = init as { headers: Record<string, string>; body: string };
        const request = { url: (url as URL).href, headers, body: JSON.parse(body) };
        const answer = reply(request, seen.push(request));
        if (answer !== 'never') return Promise.resolve(answer);
        return new Promise((_, reject) => {
          if (giveUp.signal.aborted) reject(giveUp.signal.reason as Error);
          giveUp.signal.addEventListener('abort', () => reject(giveUp.signal.reason as Error));
        });
      },
    },
  );
  const running = traffic.run();
  return {
    outside,
    seen,
    traffic,
    pass: (to: number) => time.passTo(START + to * 1000),
    end: async () => {
      await time.passTo(START + seconds * 1000);
      enough.abort();
      await time.passTo(START + seconds * 1000 + 9_000);
      giveUp.abort();
      await running;
      return traffic.totals;
    },
  };
}

const ok = (): Response => new Response('{"success":true}');
const callsOf = (seen: Seen[]): Record<string, string>[] =>
  seen.flatMap(({ url, body }) => (url === 'http://entry/v1/batch' ? (body['batch'] as Record<string, string>[]) : []));

describe('Traffic', () => {
  it('sends its events at its rate, each once, at the time they happen', async () => {
    const { end, seen } = await streamed(30, ok);
    const totals = await end();
    const calls = callsOf(seen);
    expect(totals).toMatchObject({ failed: 0, abandoned: 0, retried: {}, sent: calls.length });
    expect(calls.length).toBeGreaterThan(595);
    expect(calls.length).toBeLessThan(605);
    expect(new Set(calls.map(({ messageId }) => messageId)).size).toBe(calls.length);
    expect(calls.slice(0, 3).map(({ timestamp }) => Date.parse(timestamp!) - START)).toEqual([0, 50, 100]);
    expect(seen[0]!.headers['authorization']).toBe(`Basic ${Buffer.from('a-write-key:').toString('base64')}`);
  });

  it('sends what was not answered again, the same, and nothing of that person before it', async () => {
    const { end, seen } = await streamed(10, (_, nth) => (nth % 3 === 1 ? new Response('', { status: 503 }) : ok()));
    const totals = await end();
    const calls = callsOf(seen);
    expect(totals.retried['503']).toBeGreaterThan(10);
    expect(new Set(calls.map(({ messageId }) => messageId)).size).toBe(totals.sent);
    const last = new Map<string, number>();
    for (const { userId, timestamp } of calls.filter(({ userId }) => userId !== undefined)) {
      expect(Date.parse(timestamp!)).toBeGreaterThanOrEqual(last.get(userId!) ?? 0);
      last.set(userId!, Date.parse(timestamp!));
    }
  });

  it('counts what is refused, as a whole or one by one', async () => {
    const { end } = await streamed(2, (_, nth) =>
      nth === 1 ? new Response('no', { status: 400 }) : new Response('{"rejected":[{"index":0}]}'),
    );
    const { failed, sent } = await end();
    expect(failed).toBeGreaterThan(10);
    expect(sent).toBeLessThan(failed);
  });

  it('piles up nothing for a platform that never answers, and counts what it gives up', async () => {
    const { end } = await streamed(60, () => 'never', 1_000);
    const { sent, abandoned } = await end();
    expect(sent).toBe(0);
    expect(abandoned).toBeGreaterThan(8);
    expect(abandoned).toBeLessThanOrEqual(8 * 300 + 1);
  });

  it('opens and clicks what arrives, signed as the gateway signs', async () => {
    const { end, outside, seen, pass } = await streamed(90, ok);
    await pass(1);
    for (let i = 0; i < 40; i += 1) outside.mails.set(`a${i}`, { actionId: `a${i}`, to: 'ada@example.com', text: '' });
    const totals = await end();
    const outcomes = seen.filter(({ url }) => url === 'http://dispatch/v1/outcomes/email');
    expect(new Set(outcomes.map(({ body }) => body['outcome']))).toEqual(new Set(['opened', 'clicked']));
    expect(outcomes[0]!.headers['waymark-signature']).toMatch(/^t=177243\d{4},v1=[0-9a-f]{64}$/);
    expect(totals.reactions).toBeGreaterThanOrEqual(outcomes.length);
  });

  it('answers offers with a token, and does not mind when that is not possible', async () => {
    const { end, seen } = await streamed(90, ({ url }) =>
      url.startsWith('http://person') ? new Response('too late', { status: 409 }) : ok(),
    );
    const totals = await end();
    const answers = seen.filter(({ url }) => url === 'http://person/v1/respond');
    expect(answers.length).toBeGreaterThan(0);
    expect(answers[0]!.headers['authorization']).toBe('Bearer a-token');
    expect(totals).toMatchObject({ failed: 0, reactions: 0 });
  });

  it('confirms a transfer as the carrier would, by an event', async () => {
    const { end, outside, seen, pass } = await streamed(110, ok);
    await pass(1);
    for (let i = 0; i < 10; i += 1)
      outside.calls.set(`t${i}`, {
        actionId: `t${i}`,
        path: '/partner',
        body: { customer: 'ada', reference: `m${i}` },
      });
    await end();
    const confirmed = callsOf(seen).filter(({ event }) => event === 'Transfer Confirmed');
    expect(confirmed.length).toBeGreaterThan(5);
    expect(confirmed[0]).toMatchObject({ userId: 'ada', timestamp: expect.any(String) });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformProcess, WRITE_KEY } from './support/platform-process.js';

/** A Monday. */
const START = '2026-05-04T08:00:00Z';
const CUSTOMERS = Array.from({ length: 1_200 }, (_, n) => `c${String(n).padStart(4, '0')}`);

const journey = (id: string, entry: string): string => `kind: journey
id: ${id}
entry: { ${entry}, reentry: { afterExit: {} } }
policy: { class: transactional }
start: tell
steps:
  tell: { kind: act, channel: inbox, content: { body: Hello }, next: done }
  done: { kind: exit }
`;
const FILES = {
  'inbox.yaml': 'kind: channel\nid: inbox\ntype: inbox\n',
  'seen.yaml': 'kind: segment\nid: seen\nname: Seen once\nif: customer.counters.Visit >= 1.0\n',
  'lapsed.yaml': 'kind: segment\nid: lapsed\nif: now - customer.lastSeen.Visit >= duration("240h")\n',
  'miss-you.yaml': journey('miss-you', 'segment: { id: lapsed, on: entered }'),
  'digest.yaml': journey('digest', 'schedule: { cron: "0 12 * * mon", zone: Europe/Paris, segment: seen }'),
};

describe('segments and schedules in the built program', () => {
  let platform: PlatformProcess;

  beforeAll(async () => {
    platform = await PlatformProcess.create({ WAYMARK_CLOCK_START: START });
    await platform.start();
  }, 120_000);
  afterAll(() => platform.remove());

  const advance = (to: string): Promise<unknown> => platform.api('PUT', '/api/clock', { to });
  const entered = async (): Promise<Record<string, number>> => {
    const journeys = await platform.api<{ id: string; entered: number }[]>('GET', '/api/journeys');
    return Object.fromEntries(journeys.map(({ id, entered: count }) => [id, count]));
  };
  const counts = async (): Promise<Record<string, number>> => {
    const segments = await platform.api<{ id: string; count: number }[]>('GET', '/api/segments');
    return Object.fromEntries(segments.map(({ id, count }) => [id, count]));
  };

  it('hold for everybody there is, also after a kill, and tell each of them once', async () => {
    const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`;
    for (let from = 0; from < CUSTOMERS.length; from += 400) {
      const batch = CUSTOMERS.slice(from, from + 400).map((userId) => ({ type: 'track', userId, event: 'Visit' }));
      const headers = { authorization, 'content-type': 'application/json' };
      const answer = await fetch(new URL('/v1/batch', platform.url), {
        method: 'POST',
        headers,
        body: JSON.stringify({ batch }),
      });
      expect(answer.status).toBe(200);
    }
    await platform.settle();
    const files = Object.entries(FILES).map(([path, text]) => ({ path, text }));
    await platform.api('PUT', '/api/workspace', { files });
    await platform.end('SIGKILL');
    await platform.start();
    await platform.settle();
    expect(await counts()).toEqual({ seen: 1_200, lapsed: 0 });

    await advance('2026-05-04T10:00:00Z');
    await advance('2026-05-11T10:00:00Z');
    expect(await entered()).toEqual({ digest: 1_200 * 2 });
    await advance('2026-05-14T07:59:59Z');
    expect(await counts()).toEqual({ seen: 1_200, lapsed: 0 });
    await advance('2026-05-14T08:00:00Z');
    expect(await counts()).toEqual({ seen: 1_200, lapsed: 1_200 });
    expect(await entered()).toEqual({ digest: 1_200 * 2, 'miss-you': 1_200 });
  }, 180_000);

  it('show who is in them in pages', async () => {
    const first = await platform.api<{ customers: string[]; cursor: string }>(
      'GET',
      '/api/segments/lapsed/customers?limit=1000',
    );
    const rest = await platform.api('GET', `/api/segments/lapsed/customers?limit=1000&cursor=${first.cursor}`);
    expect(first.customers).toEqual(CUSTOMERS.slice(0, 1_000));
    expect(rest).toEqual({ customers: CUSTOMERS.slice(1_000) });
  });
});

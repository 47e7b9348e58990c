import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject, RawEvent } from '@waymark/contracts';
import type { WorkspaceFile } from '@waymark/ingestion-service';
import { madeUpCalls } from './incoming.js';
import { PopulationRun } from './population-run.js';
import { syntheticCalls } from './synthetic/synthetic-calls.js';
import { checked } from '../testing/play.js';
import { throughPopulation, throughRing, type Played } from './testing/both-ways.js';

const START = Date.parse('2026-11-30T00:00:00Z');
const DAY_MS = 86_400_000;

const file = (path: string, text: string): WorkspaceFile => ({ path, text });

const CHANNELS = [
  file('mail.yaml', 'kind: channel\nid: mail\ntype: smtp\nurl: smtp://localhost\nfrom: a@example.com\n'),
  file('hook.yaml', 'kind: channel\nid: hook\ntype: webhook\nurl: https://partner.example/in\n'),
  file('inbox.yaml', 'kind: channel\nid: inbox\ntype: inbox\n'),
];

/** Caps, quiet hours that queue, a decision, a split, a race, correlation, counters, parallel instances. */
const BUSY = [
  ...CHANNELS,
  file(
    'policy.yaml',
    `kind: contact-policy
id: manners
quietHours: { zone: customer, windows: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: "21:00", to: "07:00" }], onClosed: { queue: PT8H } }
caps:
  - { id: two-a-week, scope: global, limit: 2, window: { rolling: P7D } }
  - { id: one-mail-a-day, scope: { channel: mail }, limit: 1, window: { calendar: day } }
`,
  ),
  file(
    'cart.yaml',
    `kind: journey
id: cart
entry: { event: Added, where: event.properties.price >= 20.0, correlate: event.properties.cart_id, reentry: { always: { maxConcurrent: 2 } } }
goal: { event: Ordered, where: event.properties.cart_id == entry.properties.cart_id, window: P5D, value: event.properties.revenue }
exits: [{ id: emptied, event: Emptied }]
start: hesitating
steps:
  hesitating:
    kind: await
    any: [{ id: more, event: Added, where: event.properties.price >= 30.0, next: offer }]
    timeout: { after: PT3H, next: test }
  test: { kind: split, seed: cart, variants: [{ id: a, weight: 1, next: offer }, { id: b, weight: 2, next: hint }] }
  offer: { kind: decide, slot: cart, offers: { categories: [cart] }, next: rest, none: hint, suppressed: lost }
  hint: { kind: act, channel: mail, content: { subject: Hint, text: "{{ customer.id }} {{ entry.properties.cart_id }}" }, ttl: PT20H, next: rest, suppressed: lost }
  rest: { kind: wait, for: P1D, at: "09:00", next: again }
  again: { kind: branch, when: [{ id: keen, if: 'customer.counters["Added"] > 3.0', next: hint2 }], default: done }
  hint2: { kind: act, channel: inbox, class: service, content: { subject: Again, body: "{{ customer.id }}" }, next: done }
  lost: { kind: exit, reason: lost }
  done: { kind: exit, reason: done }
`,
  ),
  file(
    'first.yaml',
    `kind: journey
id: first
entry: { event: Ordered, reentry: { afterExit: { minInterval: P2D } } }
policy: { class: service }
start: count
steps:
  count: { kind: update, add: { Orders: "1.0" }, set: { buyer: "true" }, emit: { event: Thanked, properties: { who: customer.id } }, next: thanks }
  thanks: { kind: act, channel: mail, content: { subject: Thanks, text: "{{ customer.id }}" }, next: done }
  done: { kind: exit, reason: thanked }
`,
  ),
  file(
    'echo.yaml',
    'kind: journey\nid: echo\nentry: { event: Thanked }\npolicy: { class: transactional }\nstart: tell\nsteps:\n  tell: { kind: act, channel: hook, content: { json: { who: "{{ entry.properties.who }}" } }, next: done }\n  done: { kind: goal, reason: told }\n',
  ),
  file(
    'bag.yaml',
    'kind: offer\nid: bag\ncategory: cart\nstrategy: curate\nvalue: 4.0\nprior: { accepts: 20, declines: 80 }\nchannels: [{ channel: mail, template: bag }]\nlimits: { perCustomer: { limit: 1, window: P5D } }\n',
  ),
  file(
    'bag-template.yaml',
    'kind: template\nid: bag\nchannel: mail\nsubject: A bag\ntext: "{{ customer.traits.firstName }}"\n',
  ),
];

/** What customers share: the places of an entry cap, through the door and through a call. */
const SHARED = [
  ...CHANNELS,
  file(
    'few.yaml',
    `kind: journey
id: few
entry: { event: Knocked, reentry: { afterExit: { minInterval: PT0S } }, cap: { limit: 2, window: P1D } }
policy: { class: legal }
start: inside
steps:
  inside: { kind: wait, for: PT5H, next: rest }
  rest: { kind: call, journey: called, wait: true, next: done }
  done: { kind: exit }
`,
  ),
  file(
    'called.yaml',
    `kind: journey
id: called
entry: { call: true, reentry: { afterExit: { minInterval: PT0S } }, cap: { limit: 1, window: PT2H } }
policy: { class: legal }
start: tell
steps:
  tell: { kind: act, channel: hook, content: { json: { who: "{{ customer.id }}" } }, next: listen }
  listen: { kind: await, any: [{ id: left, event: Left, next: done }], timeout: { after: PT2H, next: done }, lookBack: P1D }
  done: { kind: exit, reason: told }
`,
  ),
];

/** Segments by event and by time alone, journeys at their edges and by cron. */
const TIMED = [
  ...CHANNELS,
  file('keen.yaml', 'kind: segment\nid: keen\nif: customer.counters["Added"] > 1.0\n'),
  file('quiet.yaml', 'kind: segment\nid: quiet\nif: now - customer.lastSeen["Added"] > duration("72h")\n'),
  ...[
    ['back', '{ segment: { id: quiet, on: entered } }'],
    ['again', '{ segment: { id: quiet, on: left } }'],
    ['weekly', '{ schedule: { cron: "0 9 * * 1", zone: Europe/Paris, segment: keen }, reentry: { afterExit: {} } }'],
    [
      'added',
      '{ event: Added, where: \'event.properties.price >= 0.0 || "keen" in customer.segments\', reentry: { afterExit: {} } }',
    ],
  ].map(([id, entry]) =>
    file(
      `${id}.yaml`,
      `kind: journey\nid: ${id}\nentry: ${entry}\npolicy: { class: legal }\nstart: tell\nsteps:\n  tell: { kind: act, channel: hook, content: { json: { who: "{{ customer.id }}" } }, next: done }\n  done: { kind: exit }\n`,
    ),
  ),
];

/** The example shop, without its scenarios. */
function shop(): WorkspaceFile[] {
  const root = fileURLToPath(new URL('../../../../examples/shop', import.meta.url));
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => join(entry.parentPath, entry.name)).filter((path) => /\.(yaml|mjml)$/.test(path));
  const files = paths.sort().map((path) => file(relative(root, path), readFileSync(path, 'utf8')));
  return files.filter(({ path }) => !path.startsWith('scenarios'));
}

function eventsOf(calls: Iterable<JsonObject>): RawEvent[] {
  return [...madeUpCalls(calls)].flatMap((incoming) => ('event' in incoming ? [incoming.event] : []));
}

function played(files: readonly WorkspaceFile[], seed: number): Played {
  const resources = checked(files).map(({ resource }) => resource);
  const calls = syntheticCalls({ resources, seed, customers: 6, days: 12, start: START });
  return { files, check: checked, events: eventsOf(calls), start: START, end: START + 60 * DAY_MS };
}

describe('a population run', () => {
  it.each([1, 2, 3, 4])(
    'does what the ring does, with every reason and every message: a busy workspace, seed %d',
    async (seed) => {
      const play = played(BUSY, seed);
      const expected = await throughRing(play);
      expect(Object.keys(expected.deliveries).length).toBeGreaterThan(10);
      expect(await throughPopulation(play)).toEqual(expected);
    },
  );

  it.each([1, 2])('does what the ring does at the edges of segments and by schedule, seed %d', async (seed) => {
    const play = played(TIMED, seed);
    const expected = await throughRing(play);
    const journeys = new Set(
      Object.values(expected.history).flatMap((entries) => entries.map(({ journeyId }) => journeyId)),
    );
    expect([...journeys].sort()).toEqual(['added', 'again', 'back', 'weekly']);
    expect(await throughPopulation(play)).toEqual(expected);
  });

  it.each([1, 2, 3])('does what the ring does where customers share places, seed %d', async (seed) => {
    const play = played(SHARED, seed);
    const expected = await throughRing(play);
    const reasons = Object.values(expected.history).flatMap((entries) =>
      entries.flatMap(({ trace }) => trace.flatMap((each) => (each.what === 'refused' ? [each.reason] : []))),
    );
    expect(reasons).toContain('ENTRY_CAP');
    expect(await throughPopulation(play)).toEqual(expected);
  });

  it('does what the ring does for the example shop', async () => {
    const play = played(shop(), 5);
    const expected = await throughRing(play);
    expect(
      new Set(Object.values(expected.history).flatMap((entries) => entries.map(({ journeyId }) => journeyId))).size,
    ).toBe(6);
    expect(await throughPopulation(play)).toEqual(expected);
  });

  it('keeps nothing of journeys that have ended', async () => {
    const watch = {
      journeys: () => {},
      decisions: () => {},
      deliveries: () => {},
      refused: () => {},
      repeated: () => {},
    };
    const { events, start, end } = played(BUSY, 1);
    const run = await PopulationRun.create(
      { resources: checked(BUSY), start, watch },
      Date.parse(events[0]!.receivedAt),
    );
    let most = 0;
    for (const event of events) {
      await run.take(event);
      most = Math.max(most, run.open);
    }
    await run.advanceTo(end);
    expect([most > 2, run.open, await run.nextDueAt(), run.customers]).toEqual([true, 0, undefined, 6]);
  });

  it('does what the ring does for visitors who become customers, repeated and late events, and events before the start', async () => {
    const at = (ms: number): string => new Date(START + ms).toISOString();
    const added = { type: 'track', event: 'Added', properties: { cart_id: 'c1', price: 40 } };
    const events = eventsOf([
      { ...added, messageId: 'm0', userId: 'bo', timestamp: at(-DAY_MS) },
      { ...added, messageId: 'm1', anonymousId: 'device', timestamp: at(1_000) },
      {
        type: 'identify',
        messageId: 'm2',
        anonymousId: 'device',
        userId: 'ada',
        traits: { email: 'a@example.com' },
        timestamp: at(2_000),
      },
      { ...added, messageId: 'm3', userId: 'ada', timestamp: at(3_000) },
      { ...added, messageId: 'm3', userId: 'ada', timestamp: at(4_000) },
      { ...added, messageId: 'm4', userId: 'bo', timestamp: at(1_000), receivedAt: at(5_000) },
      {
        type: 'track',
        event: 'Ordered',
        messageId: 'm5',
        userId: 'ada',
        properties: { cart_id: 'c1', revenue: 9 },
        timestamp: at(DAY_MS),
      },
    ]);
    const play = { files: BUSY, check: checked, events, start: START, end: START + 40 * DAY_MS };
    const expected = await throughRing(play);
    expect(Object.keys(expected.history).sort()).toEqual(['ada', 'anon~device', 'bo']);
    expect(await throughPopulation(play)).toEqual(expected);
  });

  it('says so when journeys run in a circle', async () => {
    const circle =
      'kind: journey\nid: circle\nentry: { event: Round, reentry: { afterExit: { minInterval: PT0S } } }\nstart: again\nsteps:\n  again: { kind: update, emit: { event: Round }, next: done }\n  done: { kind: exit }\n';
    const events = eventsOf([
      { type: 'track', event: 'Round', userId: 'ada', timestamp: new Date(START).toISOString() },
    ]);
    const play = {
      files: [file('circle.yaml', circle)],
      check: checked,
      events,
      start: START,
      end: START + DAY_MS,
      roundsMax: 500,
    };
    await expect(throughPopulation(play)).rejects.toThrow(/do not come to rest/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { play } from './testing/play.js';

const journey = (id: string, entry: string): string => `kind: journey
id: ${id}
entry: { ${entry}, reentry: { afterExit: {} } }
policy: { class: transactional }
start: tell
steps:
  tell: { kind: act, channel: hook, content: { json: { text: ${id} } }, next: done }
  done: { kind: exit }
`;
const FILES = {
  'buyer.segment.yaml': 'kind: segment\nid: buyer\nif: customer.orders.count >= 1\n',
  'lapsed.segment.yaml':
    'kind: segment\nid: lapsed\nif: \'"buyer" in customer.segments && now - customer.orders.lastAt >= duration("720h")\'\n',
  'miss-you.journey.yaml': journey('miss-you', 'segment: { id: lapsed, on: entered }'),
  'good-to-see-you.journey.yaml': journey('good-to-see-you', 'segment: { id: lapsed, on: left }'),
  'digest.journey.yaml': journey('digest', 'schedule: { cron: "0 9 * * mon", zone: Europe/Paris, segment: buyer }'),
};
const BUY = { track: { customer: 'ada', event: 'Order Completed', properties: { revenue: 9.0 } } };
const PASSED = { passed: true, message: '' };
const CRASHES = [0, 1, 2, 3, 4];

describe('segments and schedules in a scenario', () => {
  const timeline: object[] = [
    { ...BUY, expect: { segments: { ada: ['buyer'] } } },
    { at: '2026-05-11T06:59:59Z', expect: { count: { finished: 0 } } },
    { at: '2026-06-03T08:00:00Z', expect: { segments: { ada: ['lapsed', 'buyer'] } } },
    { at: '2026-06-03T09:00:00Z', ...BUY },
    {
      expect: {
        segments: { ada: ['buyer'] },
        sent: [
          ...['11', '18', '25'].map((day) => ({ journey: 'digest', at: `2026-05-${day}T07:00:00Z` })),
          { journey: 'digest', at: '2026-06-01T07:00:00Z' },
          { journey: 'miss-you', at: '2026-06-03T08:00:00Z' },
          { journey: 'good-to-see-you', at: '2026-06-03T09:00:00Z' },
        ],
        refused: [],
        deadLetters: [],
      },
    },
  ];

  it('happen at their moments', async () => {
    expect(await play(timeline, { files: FILES })).toEqual(PASSED);
  });

  it.each(CRASHES)('happen once, also when ingestion dies before entry %d', async (moment) => {
    const crashing = [...timeline];
    crashing.splice(moment, 0, { crash: 'ingestion' });
    expect(await play(crashing, { files: FILES })).toEqual(PASSED);
  });

  it('are nothing that begins with the scenario: who is in a segment at the start is in it already', async () => {
    const customers = { ada: { traits: { plan: 'pro' } } };
    const files = {
      'pro.segment.yaml': 'kind: segment\nid: pro\nif: customer.traits.plan == "pro"\n',
      'hello.journey.yaml': journey('hello', 'segment: { id: pro, on: entered }'),
      'bye.journey.yaml': journey('bye', 'segment: { id: pro, on: left }'),
    };
    const entries = [
      { expect: { segments: { ada: ['pro'] }, sent: [], at: { ada: { hello: 'none' } } } },
      { identify: { customer: 'ada', traits: { plan: 'free' } }, expect: { sent: [{ journey: 'bye' }] } },
      { identify: { customer: 'ada', traits: { plan: 'pro' } }, expect: { sent: [{ journey: 'hello' }] } },
    ];
    expect(await play(entries, { files, scenario: { customers } })).toEqual(PASSED);
  });

  it('begin a journey with everybody who is in a segment that is published with it', async () => {
    const files = {
      'later/new.yaml': `kind: segment\nid: known\nif: "true"\n---\n${journey('hello', 'segment: { id: known, on: entered }')}`,
    };
    expect(
      await play(
        [
          { publish: 'later/new.yaml' },
          { expect: { sent: [{ customer: 'ada', journey: 'hello' }], segments: { ada: ['known'] } } },
        ],
        {
          files,
        },
      ),
    ).toEqual(PASSED);
  });
});

import type { NewRecord, ServiceName } from '@waymark/contracts';
import {
  act,
  asked,
  AT,
  deliver,
  EARLY,
  event,
  FAR,
  HALF,
  HUGE,
  NUL,
  raw,
  READERS,
  report,
  VALID,
  type Made,
  type RingTopic,
} from './poison-records.js';

/** A record that somebody else could write to a topic, and what becomes of it: the records made, in short. */
export interface Poison {
  what: string;
  topic: RingTopic;
  record: Pick<NewRecord, 'value' | 'encoding' | 'headers'>;
  becomes: readonly string[];
}

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const deeply = (record: Made): string =>
  JSON.stringify(record).replace('"properties":{}', `"properties":${nested(90)}`);
const letter = (service: ServiceName, why: string): string[] => [`dead letter of ${service}, ${why}`];

/** What no reader can take, whatever its topic. */
function unreadable(topic: RingTopic): Poison[] {
  const valid = VALID[topic].of('mallory');
  const rows: readonly (readonly [what: string, record: Poison['record'], why: string])[] = [
    ['nothing', { value: '' }, 'MALFORMED_JSON: the value is empty; a record is JSON'],
    ['no JSON', { value: 'hello' }, "MALFORMED_JSON: the value is not JSON: Unexpected token 'h'"],
    ['half of JSON', { value: '{"a":' }, 'MALFORMED_JSON: the value is not JSON: Unexpected end of JSON input'],
    ['NUL', { value: '"\\u0000' }, 'MALFORMED_JSON: the value is not JSON: Unterminated string'],
    [
      'bytes that are not UTF-8',
      { value: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), encoding: 'base64' },
      'INVALID_UTF8: the value is not valid UTF-8, as the JSON of a record is',
    ],
    [
      'more levels than a stack has',
      { value: nested(50_000) },
      'TOO_DEEP: the record is nested more than 100 levels deep',
    ],
    [
      'a key into prototypes',
      { value: JSON.stringify({ ...valid, properties: 0 }).replace('"properties":0', '"__proto__":{"a":1}') },
      'FORBIDDEN_KEY: the key "__proto__" is not allowed',
    ],
    [
      'another schema version',
      { value: JSON.stringify({ ...valid, schemaVersion: 2 }) },
      'UNKNOWN_SCHEMA_VERSION: schema version 2 is not known to this program, which knows 1',
    ],
    [
      'no schema version',
      { value: JSON.stringify({ ...valid, schemaVersion: undefined }) },
      'INVALID_RECORD: schemaVersion: Invalid input: expected 1',
    ],
  ];
  return rows.map(([what, record, why]) => ({ what, topic, record, becomes: letter(READERS[topic], why) }));
}

/** Stamps and other headers that nobody of ours writes: the record counts, they do not. */
function strangelyStamped(topic: RingTopic): Poison[] {
  const headers: readonly Record<string, string>[] = [
    { 'wm-source': 'ingestion/0' },
    { 'wm-seq': '7' },
    { 'wm-source': '', 'wm-seq': '' },
    { 'wm-source': 'ingestion/0', 'wm-seq': 'seven' },
    { 'wm-source': 'ingestion/0', 'wm-seq': '9'.repeat(400) },
    { 'wm-source': '__proto__', 'wm-seq': '0' },
    { 'wm-source': 'redrive/nothing', 'wm-seq': '0' },
    { traceparent: 'x', ['x'.repeat(1_000)]: 'y'.repeat(10_000) },
  ];
  return headers.map((each) => ({
    what: `a record with the headers ${JSON.stringify(each).slice(0, 60)}`,
    topic,
    record: { value: JSON.stringify(VALID[topic].of('mallory')), headers: each },
    becomes: VALID[topic].makes,
  }));
}

type Row = readonly [what: string, value: object | string, becomes: readonly string[]];

const SEEN = VALID['events.raw'].makes;
const ENTERED = VALID.events.makes;
const SENT = VALID.interactions.makes;
const DELIVERED = VALID.actions.makes;

/** A message that could not be made or handed over, as its journey hears of it. */
const heard = (what: string): string[] => [`events.raw: Log Message ${what}`, `events: Log Message ${what}`];
const unmade = (reason: string): string[] => [...heard(`Failed, ${reason}`), `actions: Log Message Failed, ${reason}`];

const RAW: readonly Row[] = [
  [
    'of no type',
    raw({ type: undefined }),
    letter(
      'ingestion',
      "INVALID_RECORD: type: Invalid discriminator value. Expected 'workspace' | 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias'",
    ),
  ],
  [
    'of the far future',
    raw({ timestamp: FAR }),
    letter('ingestion', `INVALID_TIMESTAMP: timestamp ${FAR} is more than two days in the future`),
  ],
  [
    'received in the far future',
    raw({ receivedAt: FAR }),
    letter('ingestion', `INVALID_TIMESTAMP: receivedAt ${FAR} is more than two days in the future`),
  ],
  [
    'from before the first year',
    raw({ timestamp: EARLY }),
    letter('ingestion', `INVALID_TIMESTAMP: timestamp ${EARLY} is before the year 2000`),
  ],
  [
    'at no time',
    raw({ timestamp: 'yesterday' }),
    letter('ingestion', 'INVALID_RECORD: timestamp: Invalid ISO datetime'),
  ],
  [
    'about nobody',
    raw({ userId: undefined }),
    letter('ingestion', 'MISSING_ID: an event needs a userId or an anonymousId'),
  ],
  [
    'about somebody with NUL in her id',
    raw({ userId: NUL }),
    letter('ingestion', 'INVALID_RECORD: userId: must not contain NUL characters'),
  ],
  [
    'about somebody with half a character in her id',
    raw({ userId: HALF }),
    letter('ingestion', 'INVALID_RECORD: userId: must not contain half a surrogate pair'),
  ],
  [
    'without a name',
    raw({ event: undefined }),
    letter('ingestion', 'INVALID_RECORD: event: a track event needs a name'),
  ],
  [
    'with a message id too long',
    raw({ messageId: 'x'.repeat(101) }),
    letter('ingestion', 'INVALID_RECORD: messageId: Too big: expected string to have <=100 characters'),
  ],
  [
    'with an alias of nobody',
    raw({ type: 'alias', userId: undefined, anonymousId: 'mallory', previousId: 'x' }),
    letter('ingestion', 'MISSING_ID: an alias call needs a userId'),
  ],
  [
    'with a cause that is none',
    raw({ cause: { journeyId: NUL, visit: -1 } }),
    letter(
      'ingestion',
      'INVALID_RECORD: cause.journeyId: must not contain NUL characters; cause.visit: Too small: expected number to be >0',
    ),
  ],
  [
    'with a number beyond numbers',
    JSON.stringify(raw()).replace('"properties":{}', '"properties":{"a":1e999}'),
    letter('ingestion', 'INVALID_RECORD: properties.a: Invalid input'),
  ],
  [
    'larger than an event may be',
    raw({ properties: { a: 'é'.repeat(140_000) } }),
    letter('ingestion', 'OVERSIZE: an event may have 256 KB'),
  ],
  ['with NUL and half characters in properties', raw({ properties: { [NUL]: NUL, [HALF]: HALF } }), SEEN],
  ['nested deeply', deeply(raw()), SEEN],
  [
    'a workspace change with a mistake',
    { schemaVersion: 1, type: 'workspace', revision: 0, changes: [], appliedAt: AT },
    letter('ingestion', 'INVALID_RECORD: revision: Too small: expected number to be >0'),
  ],
  [
    'a workspace change already in use',
    { schemaVersion: 1, type: 'workspace', revision: 1, changes: [], appliedAt: AT },
    [],
  ],
];

const EVENTS: readonly Row[] = [
  [
    'of nobody',
    event({ customerId: undefined }),
    letter('journey-state', 'INVALID_RECORD: customerId: Invalid input: expected string, received undefined'),
  ],
  [
    'of no type',
    event({ type: 'purchase' }),
    letter(
      'journey-state',
      'INVALID_RECORD: type: Invalid option: expected one of "identify"|"track"|"page"|"screen"|"group"|"alias"',
    ),
  ],
  ['of the far future: it happens now', event({ timestamp: FAR, receivedAt: FAR }), ENTERED],
  ['from before the first year', event({ timestamp: EARLY, receivedAt: EARLY }), ENTERED],
  ['with a context version that never comes', event({ contextVersion: HUGE }), ENTERED],
  [
    'with half a context version',
    event({ contextVersion: 0.5 }),
    letter('journey-state', 'INVALID_RECORD: contextVersion: Invalid input: expected int, received number'),
  ],
  ['with NUL in its name', event({ name: NUL }), []],
  ['with a very long name', event({ name: 'x'.repeat(100_000) }), []],
  ['nested deeply', deeply(event()), ENTERED],
  [
    'an undoing of NUL',
    event({ name: 'Offer Undone', properties: { offerId: NUL }, cause: { decisionId: 'd' } }),
    [
      'interactions: compensate',
      ...letter('personalization', 'INVALID_RECORD: offerId: must not contain NUL characters'),
    ],
  ],
];

const INTERACTIONS: readonly Row[] = [
  [
    'of no type',
    act({ type: 'demand' }),
    letter(
      'personalization',
      "INVALID_RECORD: type: Invalid discriminator value. Expected 'act' | 'decide' | 'cancel' | 'compensate'",
    ),
  ],
  ['asked for in the far future: it is sent now', act({ requestedAt: FAR }), SENT],
  ['that lives beyond the last year', act({ requestedAt: FAR, ttl: 'P1Y' }), SENT],
  [
    'that was over before the first year',
    act({ requestedAt: EARLY, ttl: 'PT0S' }),
    [...heard('Suppressed, TTL'), 'actions: deliver'],
  ],
  [
    'that lives until tomorrow',
    act({ ttl: 'tomorrow' }),
    letter('personalization', 'INVALID_RECORD: ttl: a duration is written as in ISO 8601, such as PT30M, PT1H or P1D'),
  ],
  [
    'that lives too long',
    act({ ttl: 'P999999999999Y' }),
    letter('personalization', 'INVALID_RECORD: ttl: a duration has at most 100 years'),
  ],
  [
    'for a channel there is not',
    act({ channel: 'nowhere' }),
    [...heard('Failed, there is no channel "nowhere"'), 'actions: deliver'],
  ],
  [
    'for a channel with NUL',
    act({ channel: NUL }),
    letter('personalization', 'INVALID_RECORD: channel: must not contain NUL characters'),
  ],
  [
    'of a journey with NUL',
    act({ cause: { journeyId: NUL } }),
    letter('personalization', 'INVALID_RECORD: cause.journeyId: must not contain NUL characters'),
  ],
  ['of categories with NUL', act({ categories: [NUL, HALF] }), SENT],
  ['with a context version that never comes', act({ contextVersion: HUGE }), SENT],
  [
    'with a template there is not',
    act({ content: undefined, template: 'x' }),
    unmade('there is no template "x" for desk'),
  ],
  [
    'with Liquid that is none',
    act({ content: { body: '{% if %}' } }),
    unmade('body: invalid value expression: "", line:1, col:6'),
  ],
  [
    'with Liquid that does not end',
    act({ content: { body: '{% for i in (1..100000000) %}{{ i }}{% endfor %}' } }),
    unmade('body: memory alloc limit exceeded, line:1, col:1'),
  ],
  ['with MJML that is none', act({ content: { mjml: 'hello' } }), unmade('mjml: Parsing failed. Check your mjml.')],
  ['with NUL and half characters in what it says', act({ content: { subject: NUL, body: HALF } }), SENT],
  ['with a priority beyond all', act({ priority: -1e308 }), SENT],
  [
    'a decision among nothing',
    { ...asked, type: 'decide', slot: NUL, offers: { ids: [NUL] }, steps: {}, top: HUGE },
    ['events.raw: Decision Made', 'events: Decision Made', 'actions: Decision Made'],
  ],
  [
    'a decision of twice all exploration',
    { ...asked, type: 'decide', slot: 'hero', offers: {}, steps: {}, explore: 2 },
    letter('personalization', 'INVALID_RECORD: explore: Too big: expected number to be <=1'),
  ],
  [
    'a compensation of NUL',
    { ...asked, type: 'compensate', offerId: NUL, decisionId: 'd' },
    letter('personalization', 'INVALID_RECORD: offerId: must not contain NUL characters'),
  ],
  ['a compensation of nothing', { ...asked, type: 'compensate', offerId: 'nothing', decisionId: 'd' }, []],
];

const ACTIONS: readonly Row[] = [
  [
    'of no type',
    deliver({ type: 'hand-over' }),
    letter(
      'action-dispatch',
      "INVALID_RECORD: type: Invalid discriminator value. Expected 'deliver' | 'cancel' | 'report'",
    ),
  ],
  ['asked for in the far future: it is sent now', deliver({ requestedAt: FAR }), DELIVERED],
  ['that was over before the first year', deliver({ expiresAt: EARLY }), heard('Suppressed, TTL')],
  [
    'that is over after the last year',
    deliver({ expiresAt: '+010000-01-01T00:00:00Z' }),
    letter('action-dispatch', 'INVALID_RECORD: expiresAt: Invalid ISO datetime'),
  ],
  ['for a channel there is not', deliver({ channel: 'nowhere' }), heard('Failed, there is no channel "nowhere"')],
  [
    'for a channel with NUL',
    deliver({ channel: NUL }),
    letter('action-dispatch', 'INVALID_RECORD: channel: must not contain NUL characters'),
  ],
  [
    'of a journey with NUL',
    deliver({ cause: { journeyId: NUL } }),
    letter('action-dispatch', 'INVALID_RECORD: cause.journeyId: must not contain NUL characters'),
  ],
  ['of categories with NUL', deliver({ categories: [NUL, HALF] }), DELIVERED],
  ['with a context version that never comes', deliver({ contextVersion: HUGE }), DELIVERED],
  ['with NUL in what it says', deliver({ content: { body: NUL }, contentHash: NUL, templateVersion: NUL }), DELIVERED],
  ['with an offer beyond all', deliver({ offer: { id: NUL, strategy: 'coach', value: 1e308 } }), DELIVERED],
  ['a cancellation of nothing', { ...asked, type: 'cancel', actionId: 'nothing', requestedAt: FAR }, []],
  [
    'a report with NUL',
    report({ event: NUL }),
    letter('action-dispatch', 'INVALID_RECORD: event: must not contain NUL characters'),
  ],
  [
    'a report with a very long name',
    report({ event: 'x'.repeat(10_000) }),
    letter('action-dispatch', 'INVALID_RECORD: event: Too big: expected string to have <=200 characters'),
  ],
  ['a report of the far future', report({ requestedAt: FAR }), ['events.raw: Told', 'events: Told']],
];

const ROWS: Record<RingTopic, readonly Row[]> = {
  'events.raw': RAW,
  events: EVENTS,
  interactions: INTERACTIONS,
  actions: ACTIONS,
};

/** Every poison of every topic. */
export const POISONS: readonly Poison[] = (Object.keys(ROWS) as RingTopic[]).flatMap((topic) => [
  ...unreadable(topic),
  ...ROWS[topic].map(([what, value, becomes]) => ({
    what,
    topic,
    record: { value: typeof value === 'string' ? value : JSON.stringify(value) },
    becomes,
  })),
  ...strangelyStamped(topic),
]);

import { describe, expect, it } from '@jest/globals';
import { HEADERS, type LogRecord, type Topic, type WorkspaceChange } from '@waymark/contracts';
import type { Progress } from '@waymark/ports';
import { REDRIVES_SEEN_MAX, takeIn, type Intake } from './intake.js';
import type { Decoded } from './topology.js';

/** Records in short: `text`, or `text@source:sequence` for what an upstream service wrote. */
const read = (shorts: readonly string[], from = 0): LogRecord[] =>
  shorts.map((short, i) => {
    const [value = '', source, sequence] = short.split(/[@:]/);
    return {
      topic: 'events',
      partition: 0,
      offset: from + i,
      key: 'ada',
      value,
      headers: {
        ...(source !== undefined && { [HEADERS.source]: source }),
        ...(sequence !== undefined && { [HEADERS.sequence]: sequence }),
      },
    };
  });

const changeOf = (revision: number): WorkspaceChange => ({
  schemaVersion: 1,
  type: 'workspace',
  revision,
  changes: [],
  appliedAt: '2026-05-04T08:00:00Z',
});

/** `bad` is undecodable, `workspace N` a change, anything else a record of that text. */
function decode({ value }: LogRecord): Decoded<string> {
  if (value === 'bad') return { type: 'invalid', code: 'MALFORMED_JSON', detail: 'no JSON' };
  const revision = /^workspace (\d+)$/.exec(value)?.[1];
  return revision === undefined
    ? { type: 'record', record: value }
    : { type: 'workspace', change: changeOf(Number(revision)) };
}

const progress = (of: Partial<Progress> = {}): Progress => ({
  version: 0,
  nextOffset: 0,
  nextSequence: 0,
  seen: {},
  ...of,
});
const texts = ({ records }: Intake<string>): string[] => records.map(({ record }) => record);
const taken = (shorts: readonly string[], of: Partial<Progress> = {}): Intake<string> =>
  takeIn(read(shorts, of.nextOffset), progress(of), decode);

describe('takeIn', () => {
  it('takes records in order, each with its place in the log', () => {
    expect(taken(['a', 'b'], { nextOffset: 7 })).toEqual({
      records: [
        { record: 'a', offset: 7 },
        { record: 'b', offset: 8 },
      ],
      refused: [],
      nextOffset: 9,
      seen: {},
    });
  });

  it('takes nothing from nothing', () => {
    expect(taken([], { nextOffset: 4, seen: { 'ingestion/0': 3 } })).toEqual({
      records: [],
      refused: [],
      nextOffset: 4,
      seen: { 'ingestion/0': 3 },
    });
  });

  it('skips what is below the progress (P1)', () => {
    const intake = takeIn(read(['a', 'b', 'c']), progress({ nextOffset: 2 }), decode);
    expect([texts(intake), intake.nextOffset]).toEqual([['c'], 3]);
  });

  it('keeps an undecodable record among the refused and its neighbours among the records (P5)', () => {
    const intake = taken(['a', 'bad', 'b']);
    expect(texts(intake)).toEqual(['a', 'b']);
    expect(intake.refused).toEqual([
      { record: expect.objectContaining({ offset: 1, value: 'bad' }), code: 'MALFORMED_JSON', detail: 'no JSON' },
    ]);
    expect(intake.nextOffset).toBe(3);
  });

  it('leaves the progress it is given alone', () => {
    const seen = Object.freeze({ 'ingestion/0': 1 });
    const intake = taken(['a@ingestion/0:2'], { seen });
    expect([seen, intake.seen]).toEqual([{ 'ingestion/0': 1 }, { 'ingestion/0': 2 }]);
  });
});

describe('repetitions (P3)', () => {
  it.each<{ rule: string; had: Progress['seen']; shorts: string[]; takes: string[]; seen: Progress['seen'] }>([
    {
      rule: 'a first sequence of 0 is new',
      had: {},
      shorts: ['a@ingestion/0:0'],
      takes: ['a'],
      seen: { 'ingestion/0': 0 },
    },
    {
      rule: 'what was had is dropped',
      had: { 'ingestion/0': 4 },
      shorts: ['a@ingestion/0:4'],
      takes: [],
      seen: { 'ingestion/0': 4 },
    },
    {
      rule: 'what is older is dropped',
      had: { 'ingestion/0': 4 },
      shorts: ['a@ingestion/0:2'],
      takes: [],
      seen: { 'ingestion/0': 4 },
    },
    {
      rule: 'what is newer is taken, over gaps too',
      had: { 'ingestion/0': 4 },
      shorts: ['a@ingestion/0:9'],
      takes: ['a'],
      seen: { 'ingestion/0': 9 },
    },
    {
      rule: 'a repetition within one read is dropped',
      had: { 'ingestion/0': 4 },
      shorts: ['a@ingestion/0:5', 'b@ingestion/0:6', 'a@ingestion/0:5', 'b@ingestion/0:6', 'c@ingestion/0:7'],
      takes: ['a', 'b', 'c'],
      seen: { 'ingestion/0': 7 },
    },
    {
      rule: 'each source counts for itself',
      had: { 'ingestion/0': 3 },
      shorts: ['a@ingestion/0:3', 'b@ingestion/1:3'],
      takes: ['b'],
      seen: { 'ingestion/0': 3, 'ingestion/1': 3 },
    },
    {
      rule: 'what has no source is taken',
      had: { 'ingestion/0': 4 },
      shorts: ['a', 'a'],
      takes: ['a', 'a'],
      seen: { 'ingestion/0': 4 },
    },
    {
      rule: 'sequences are compared as numbers',
      had: {},
      shorts: ['a@ingestion/0:9', 'b@ingestion/0:10'],
      takes: ['a', 'b'],
      seen: { 'ingestion/0': 10 },
    },
    {
      rule: 'a record without a readable sequence is taken, and leaves the place of its source known',
      had: {},
      shorts: ['a@ingestion/0:5', 'x@ingestion/0', 'y@ingestion/0:five', 'a@ingestion/0:5', 'b@ingestion/0:6'],
      takes: ['a', 'x', 'y', 'b'],
      seen: { 'ingestion/0': 6 },
    },
  ])('$rule', ({ had, shorts, takes, seen }) => {
    const intake = taken(shorts, { seen: had });
    expect([texts(intake), intake.seen, intake.nextOffset]).toEqual([takes, seen, shorts.length]);
  });

  it('an undecodable record counts as had, so that it becomes one dead letter', () => {
    const intake = taken(['bad@ingestion/0:0', 'bad@ingestion/0:0']);
    expect([intake.refused.length, intake.seen]).toEqual([1, { 'ingestion/0': 0 }]);
  });

  it('a repetition is not decoded', () => {
    const decoded: string[] = [];
    takeIn(read(['a@ingestion/0:0', 'b@ingestion/0:1']), progress({ seen: { 'ingestion/0': 0 } }), (record) => {
      decoded.push(record.value);
      return decode(record);
    });
    expect(decoded).toEqual(['b']);
  });
});

describe('stamps that nobody can go by', () => {
  const stamped = (topic: Topic, source: string, sequence: string): LogRecord => ({
    ...read(['a'])[0]!,
    topic,
    headers: { [HEADERS.source]: source, [HEADERS.sequence]: sequence },
  });
  const HAD = { 'ingestion/0': 7, 'journey-state/0': 7, 'personalization/0': 7, 'redrive/0-1': 0 };

  it.each([
    '',
    ' ',
    'five',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x1',
    '7 ',
    '٣',
    'NaN',
    'Infinity',
    '9007199254740993',
    '1'.repeat(400),
  ])('a sequence of %j is none: the record is taken, and counts for nothing', (sequence) => {
    const intake = takeIn([stamped('events', 'ingestion/0', sequence)], progress({ seen: HAD }), decode);
    expect([texts(intake), intake.seen]).toEqual([['a'], HAD]);
  });

  it.each<[Topic, string]>([
    ['events', ''],
    ['events', 'ingestion'],
    ['events', 'ingestion/'],
    ['events', 'ingestion/-1'],
    ['events', 'ingestion/123456'],
    ['events', 'INGESTION/0'],
    ['events', 'ingestion/0\n'],
    ['events', '__proto__'],
    ['events', 'constructor'],
    ['events', 'personalization/0'],
    ['interactions', 'ingestion/0'],
    ['actions', 'journey-state/0'],
    ['events', 'redrive/'],
    ['events', 'redrive/0'],
    ['events', 'redrive/a-b'],
    ['events', 'redrive/0-1/0'],
    ['events', `redrive/0-${'1'.repeat(16)}`],
  ])('on %s nobody is %j: its record is taken, and counts for nothing', (topic, source) => {
    const intake = takeIn([stamped(topic, source, '0')], progress({ seen: HAD }), decode);
    expect([texts(intake), intake.seen]).toEqual([['a'], HAD]);
  });

  it.each(['ingestion/0', 'journey-state/0', 'personalization/0', 'action-dispatch/0'])(
    'on events.raw, which others write too, nobody can have the outputs of %s dropped by its name',
    (source) => {
      const forged = stamped('events.raw', source, '999999999999999');
      const intake = takeIn([forged, { ...stamped('events.raw', source, '0'), offset: 1 }], progress(), decode);
      expect([texts(intake), intake.seen]).toEqual([['a', 'a'], {}]);
    },
  );
});

describe('letters redriven', () => {
  it.each<Topic>(['events.raw', 'events', 'interactions', 'actions'])('are taken once from %s', (topic) => {
    const again = read(['a@redrive/2-17:0', 'b', 'a@redrive/2-17:0']).map((record) => ({ ...record, topic }));
    const first = takeIn(again, progress(), decode);
    expect([texts(first), first.seen]).toEqual([['a', 'b'], { 'redrive/2-17': 0 }]);
    const second = takeIn([{ ...again[0]!, offset: 3 }], progress({ nextOffset: 3, seen: first.seen }), decode);
    expect([texts(second), second.nextOffset]).toEqual([[], 4]);
  });

  it('that fail again are one dead letter, however often they are redriven', () => {
    expect(taken(['bad@redrive/2-17:0', 'bad@redrive/2-17:0']).refused).toHaveLength(1);
  });

  it(`are remembered as long as they are among the newest ${REDRIVES_SEEN_MAX}; services are never forgotten (P6)`, () => {
    const ids = Array.from({ length: REDRIVES_SEEN_MAX + 3 }, (_, n) => `redrive/0-${n}`);
    const { seen } = taken(['a@ingestion/0:4', ...ids.map((id) => `a@${id}:0`), 'a@ingestion/1:5']);
    expect(Object.keys(seen)).toEqual(['ingestion/0', ...ids.slice(3), 'ingestion/1']);
    expect(texts(taken([`b@${ids[3]}:0`, `a@${ids[2]}:0`], { seen }))).toEqual(['a']);
  });
});

describe('a workspace change is a batch of its own', () => {
  it('ends the batch before it', () => {
    const intake = taken(['a', 'workspace 1', 'b']);
    expect([texts(intake), intake.workspace, intake.nextOffset]).toEqual([['a'], undefined, 1]);
  });

  it('ends the batch before it when that only refuses', () => {
    const intake = taken(['bad', 'workspace 1']);
    expect([intake.refused.length, intake.workspace, intake.nextOffset]).toEqual([1, undefined, 1]);
  });

  it('is taken alone, the records after it later', () => {
    expect(taken(['workspace 1@ingestion/0:0', 'b', 'workspace 2'])).toEqual({
      records: [],
      refused: [],
      workspace: changeOf(1),
      nextOffset: 1,
      seen: { 'ingestion/0': 0 },
    });
  });

  it('is taken together with the repetitions before it, which are nothing', () => {
    const intake = taken(['a@ingestion/0:0', 'workspace 1'], { seen: { 'ingestion/0': 0 } });
    expect([intake.workspace?.revision, intake.nextOffset]).toEqual([1, 2]);
  });

  it('stays unseen while it waits for its turn: the next read has it still', () => {
    const first = taken(['a@ingestion/0:0', 'workspace 1@ingestion/0:1']);
    expect(first.seen).toEqual({ 'ingestion/0': 0 });
    const second = takeIn(
      read(['workspace 1@ingestion/0:1'], 1),
      progress({ nextOffset: first.nextOffset, seen: first.seen }),
      decode,
    );
    expect(second.workspace?.revision).toBe(1);
  });

  it('is a repetition like any other record when it comes again', () => {
    const intake = taken(['workspace 1@ingestion/0:0', 'b@ingestion/0:1'], { seen: { 'ingestion/0': 0 } });
    expect([texts(intake), intake.workspace]).toEqual([['b'], undefined]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { HEADERS, type LogRecord, type WorkspaceChange } from '@waymark/contracts';
import type { Progress } from '@waymark/ports';
import { takeIn, type Intake } from './intake.js';
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
    { rule: 'a first sequence of 0 is new', had: {}, shorts: ['a@s:0'], takes: ['a'], seen: { s: 0 } },
    { rule: 'what was had is dropped', had: { s: 4 }, shorts: ['a@s:4'], takes: [], seen: { s: 4 } },
    { rule: 'what is older is dropped', had: { s: 4 }, shorts: ['a@s:2'], takes: [], seen: { s: 4 } },
    { rule: 'what is newer is taken, over gaps too', had: { s: 4 }, shorts: ['a@s:9'], takes: ['a'], seen: { s: 9 } },
    {
      rule: 'a repetition within one read is dropped',
      had: { s: 4 },
      shorts: ['a@s:5', 'b@s:6', 'a@s:5', 'b@s:6', 'c@s:7'],
      takes: ['a', 'b', 'c'],
      seen: { s: 7 },
    },
    {
      rule: 'each source counts for itself',
      had: { s: 3 },
      shorts: ['a@s:3', 'b@t:3'],
      takes: ['b'],
      seen: { s: 3, t: 3 },
    },
    { rule: 'what has no source is taken', had: { s: 4 }, shorts: ['a', 'a'], takes: ['a', 'a'], seen: { s: 4 } },
    {
      rule: 'sequences are compared as numbers',
      had: {},
      shorts: ['a@s:9', 'b@s:10'],
      takes: ['a', 'b'],
      seen: { s: 10 },
    },
    {
      rule: 'a record without a readable sequence is taken, and leaves the place of its source known',
      had: {},
      shorts: ['a@s:5', 'x@s', 'y@s:five', 'a@s:5', 'b@s:6'],
      takes: ['a', 'x', 'y', 'b'],
      seen: { s: 6 },
    },
  ])('$rule', ({ had, shorts, takes, seen }) => {
    const intake = taken(shorts, { seen: had });
    expect([texts(intake), intake.seen, intake.nextOffset]).toEqual([takes, seen, shorts.length]);
  });

  it('an undecodable record counts as had, so that it becomes one dead letter', () => {
    const intake = taken(['bad@s:0', 'bad@s:0']);
    expect([intake.refused.length, intake.seen]).toEqual([1, { s: 0 }]);
  });

  it('a repetition is not decoded', () => {
    const decoded: string[] = [];
    takeIn(read(['a@s:0', 'b@s:1']), progress({ seen: { s: 0 } }), (record) => {
      decoded.push(record.value);
      return decode(record);
    });
    expect(decoded).toEqual(['b']);
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
    expect(taken(['workspace 1@s:0', 'b', 'workspace 2'])).toEqual({
      records: [],
      refused: [],
      workspace: changeOf(1),
      nextOffset: 1,
      seen: { s: 0 },
    });
  });

  it('is taken together with the repetitions before it, which are nothing', () => {
    const intake = taken(['a@s:0', 'workspace 1'], { seen: { s: 0 } });
    expect([intake.workspace?.revision, intake.nextOffset]).toEqual([1, 2]);
  });

  it('stays unseen while it waits for its turn: the next read has it still', () => {
    const first = taken(['a@s:0', 'workspace 1@s:1']);
    expect(first.seen).toEqual({ s: 0 });
    const second = takeIn(
      read(['workspace 1@s:1'], 1),
      progress({ nextOffset: first.nextOffset, seen: first.seen }),
      decode,
    );
    expect(second.workspace?.revision).toBe(1);
  });

  it('is a repetition like any other record when it comes again', () => {
    const intake = taken(['workspace 1@s:0', 'b@s:1'], { seen: { s: 0 } });
    expect([texts(intake), intake.workspace]).toEqual([['b'], undefined]);
  });
});

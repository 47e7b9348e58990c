import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  redriveOf,
  WaymarkError,
  type DeadLetter,
  type LetterId,
  type LogRecord,
  type NewRecord,
} from '@waymark/contracts';
import {
  ManualClock,
  MemoryDispatchStore,
  MemoryEventLog,
  MemoryIngestionStore,
  MemoryJourneyStore,
  MemoryPersonalizationStore,
} from '@waymark/ports';
import { deadLetterRecord } from '@waymark/stream';
import { aLetter, onDeadLetters } from '../testing/dead-letter-log.js';
import { PoisonRing } from '../testing/poison-ring.js';
import { READERS, VALID, type RingTopic } from '../testing/poison-records.js';
import { DeadLettersApi } from './dead-letters-api.js';

const START = Date.parse('2026-05-04T12:00:00Z');
const NOW = '2026-05-04T12:00:00.000Z';

/** A log whose appends fail as told: before or after they are done. */
class FailingLog extends MemoryEventLog {
  fails: ((records: readonly NewRecord[]) => 'before' | 'after' | undefined) | undefined;

  override async append(records: readonly NewRecord[]): Promise<void> {
    const fails = this.fails?.(records);
    if (fails !== 'before') await super.append(records);
    if (fails) throw new WaymarkError('LOG_UNAVAILABLE', 'the connection was lost');
  }
}

let clock: ManualClock;
let log: FailingLog;
let api: DeadLettersApi;

beforeEach(() => {
  clock = new ManualClock(START);
  log = new FailingLog(2);
  api = new DeadLettersApi({ log, clock });
});

const on = (topic: LogRecord['topic'], partition = 0): Promise<LogRecord[]> =>
  log.read({ topic, partition, offset: 0, max: 10_000 });
const made = async (...letters: Partial<DeadLetter>[]): Promise<void> =>
  log.append(letters.map((over) => onDeadLetters(aLetter(over))));

describe('redriving', () => {
  it('appends the record as it was to where it came from, stamped as the redriving of this letter', async () => {
    const headers = { 'wm-source': 'ingestion/1', 'wm-seq': '12', traceparent: '00-a-b-01', odd: 'Zoë' };
    await made({ topic: 'events', partition: 1, key: 'Zoë', value: ' {"a" : 1.0}\r\n', headers });
    expect(await api.redrive(['0-0'])).toEqual([{ id: '0-0', result: 'redriven', at: NOW }]);
    expect(await on('events', 1)).toEqual([
      {
        topic: 'events',
        partition: 1,
        offset: 0,
        key: 'Zoë',
        value: ' {"a" : 1.0}\r\n',
        headers: { ...headers, 'wm-source': 'redrive/0-0', 'wm-seq': '0' },
      },
    ]);
  });

  it('keeps bytes that are not UTF-8', async () => {
    await made({ value: '/w==', encoding: 'base64' });
    await api.redrive(['0-0']);
    expect(await on('events.raw')).toMatchObject([{ value: '/w==', encoding: 'base64' }]);
  });

  it('keeps the order in which letters were made, however they are named, and takes each once', async () => {
    await made(...['a', 'b', 'c'].map((value) => ({ value })));
    const done = await api.redrive(['0-2', '0-0', '0-1', '0-0']);
    expect(done.map(({ id }) => id)).toEqual(['0-0', '0-1', '0-2']);
    expect((await on('events.raw')).map(({ value }) => value)).toEqual(['a', 'b', 'c']);
  });

  it('takes more than fit into one chunk, and marks them behind themselves in their own partition', async () => {
    await log.append(Array.from({ length: 250 }, (_, n) => onDeadLetters(aLetter({ value: String(n) }), n % 2)));
    const ids = Array.from({ length: 250 }, (_, n) => `${n % 2}-${Math.floor(n / 2)}`);
    expect((await api.redrive(ids)).every(({ result }) => result === 'redriven')).toBe(true);
    expect(await on('events.raw')).toHaveLength(250);
    for (const partition of [0, 1]) {
      const marked = (await on('dead-letters', partition))
        .slice(125)
        .flatMap(({ value }) => (JSON.parse(value) as { letters: string[] }).letters);
      expect(marked).toEqual(Array.from({ length: 125 }, (_, n) => `${partition}-${n}`));
    }
  });

  it('does nothing about what was redriven before, by whomever', async () => {
    await made({});
    await api.redrive(['0-0']);
    clock.moveTo(START + 60_000);
    const elsewhere = new DeadLettersApi({ log, clock });
    for (const each of [api, elsewhere])
      expect(await each.redrive(['0-0'])).toEqual([{ id: '0-0', result: 'already', at: NOW }]);
    expect(await on('events.raw')).toHaveLength(1);
  });

  it.each<[string, NewRecord, string]>([
    ['is no letter', onDeadLetters('hello'), '0-1: it is no dead letter: it is not JSON'],
    [
      'came from a topic that is no more',
      onDeadLetters(aLetter({ topic: 'orders' })),
      '0-1 came from the topic orders, which nobody reads here',
    ],
    [
      'came from a topic that nobody reads',
      onDeadLetters(aLetter({ topic: 'dead-letters' })),
      '0-1 came from the topic dead-letters, which nobody reads here',
    ],
    [
      'came from a partition that is no more',
      onDeadLetters(aLetter({ topic: 'events', partition: 7 })),
      '0-1 came from partition 7 of events, and there are only 0 to 1',
    ],
    [
      'came from a partition that never was',
      onDeadLetters(aLetter({ partition: -1 })),
      '0-1 came from partition -1 of events.raw, and there are only 0 to 1',
    ],
  ])('refuses what %s, and takes its neighbours', async (_, record, detail) => {
    await log.append([onDeadLetters(aLetter()), record, onDeadLetters(aLetter())]);
    expect(await api.redrive(['0-0', '0-1', '0-2'])).toEqual([
      { id: '0-0', result: 'redriven', at: NOW },
      { id: '0-1', result: 'refused', code: 'INVALID_RECORD', detail },
      { id: '0-2', result: 'redriven', at: NOW },
    ]);
    expect(await on('events.raw')).toHaveLength(2);
  });

  it.each(['0-1', '1-0', '9-0'])('refuses the letter %s, which is not there, and takes the one that is', async (id) => {
    await made({});
    expect(await api.redrive([id, '0-0'])).toEqual([
      { id: '0-0', result: 'redriven', at: NOW },
      { id, result: 'refused', code: 'NOT_FOUND', detail: `there is no dead letter ${id}` },
    ]);
  });
});

describe('in the ring', () => {
  const TOPICS_READ = Object.keys(READERS) as RingTopic[];
  let ring: PoisonRing;

  beforeEach(async () => {
    log = new FailingLog(1);
    api = new DeadLettersApi({ log, clock });
    ring = await PoisonRing.on({
      log,
      clock: new ManualClock(START),
      ingestion: new MemoryIngestionStore(),
      journey: new MemoryJourneyStore(),
      personalization: new MemoryPersonalizationStore(),
      dispatch: new MemoryDispatchStore(),
    });
  });

  /** Letters about records that nothing is wrong with any more, one of each topic. */
  async function mended(): Promise<LetterId[]> {
    for (const topic of TOPICS_READ) {
      const value = JSON.stringify(VALID[topic].of(`ada-${topic}`));
      const record: LogRecord = { topic, partition: 0, offset: 0, key: 'ada', value, headers: {} };
      const refused = { record, code: 'UNKNOWN_SCHEMA_VERSION', detail: 'an older version could not read it' };
      await log.append([{ ...deadLetterRecord(refused, { service: READERS[topic], now: START }), partition: 0 }]);
    }
    return (await api.list({ limit: 10 })).letters.map(({ id }) => id);
  }

  /** How many records were made of a customer's, beside the one that was redriven. */
  async function madeOf(customer: string): Promise<number> {
    const records = await Promise.all(TOPICS_READ.map((topic) => on(topic)));
    const hers = records.flat().filter(({ value }) => value.includes(`"${customer}"`));
    return hers.filter(({ headers }) => redriveOf(headers['wm-source']) === undefined).length;
  }

  it.each<[string, 'before' | 'after', 'records' | 'marks']>([
    ['before its record is appended', 'before', 'records'],
    ['when its record is appended and the answer lost', 'after', 'records'],
    ['before it is marked', 'before', 'marks'],
    ['when it is marked and the answer lost', 'after', 'marks'],
  ])('a letter has its effect once, though its redriving is cut off %s', async (_, fails, of) => {
    const ids = await mended();
    log.fails = (records) => {
      const isOf = of === 'marks' ? records[0]?.key === 'redriven' : records[0]?.headers?.['wm-seq'] === '0';
      return isOf ? fails : undefined;
    };
    await expect(api.redrive(ids)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    log.fails = undefined;
    await ring.settle();
    const again = await new DeadLettersApi({ log, clock }).redrive(ids);
    await ring.settle();
    const isMarked = of === 'marks' && fails === 'after';
    expect(new Set(again.map(({ result }) => result))).toEqual(new Set([isMarked ? 'already' : 'redriven']));
    for (const topic of TOPICS_READ) expect(await madeOf(`ada-${topic}`)).toBe(VALID[topic].makes.length);
  });

  it('a letter has its effect once, though two ask for it at the same time', async () => {
    const ids = await mended();
    await Promise.all([api.redrive(ids), new DeadLettersApi({ log, clock }).redrive(ids)]);
    await ring.settle();
    for (const topic of TOPICS_READ) expect(await madeOf(`ada-${topic}`)).toBe(VALID[topic].makes.length);
  });

  it.each(TOPICS_READ)('a record of %s that fails again is one new letter, which names the first', async (topic) => {
    await log.append([{ topic, key: 'ada', partition: 0, value: 'hello' }]);
    await ring.settle();
    await Promise.all([api.redrive(['0-0']), new DeadLettersApi({ log, clock }).redrive(['0-0'])]);
    await ring.settle();
    const open = await api.list({ limit: 10, redriven: false });
    expect(open.letters).toMatchObject([{ service: READERS[topic], code: 'MALFORMED_JSON', redriveOf: '0-0' }]);
    await api.redrive(open.letters.map(({ id }) => id));
    await ring.settle();
    const { letters } = await api.list({ limit: 10, redriven: false });
    expect(letters.map((letter) => letter.redriveOf)).toEqual(open.letters.map(({ id }) => id));
  });
});

import { describe, expect, it } from '@jest/globals';
import type { DeadLetter } from '@waymark/contracts';
import { ManualClock, MemoryEventLog, type EventLog } from '@waymark/ports';
import { aLetter, onDeadLetters, ShortReadsLog } from '../testing/dead-letter-log.js';
import { DeadLettersApi, type LettersPage, type LettersQuery } from './dead-letters-api.js';

const START = Date.parse('2026-05-04T12:00:00Z');
const apiOn = (log: EventLog): DeadLettersApi => new DeadLettersApi({ log, clock: new ManualClock(START) });
const minute = (n: number): string => new Date(Date.parse('2026-05-04T08:00:00Z') + n * 60_000).toISOString();
const idsOf = ({ letters }: LettersPage): string[] => letters.map(({ id }) => id);

/** A letter for each pair: its partition, and the minute it was made in. */
async function logOf(
  made: readonly (readonly [partition: number, minute: number])[],
  log = new MemoryEventLog(3),
): Promise<MemoryEventLog> {
  await log.append(made.map(([partition, at]) => onDeadLetters(aLetter({ at: minute(at) }), partition)));
  return log;
}

async function allPages(api: DeadLettersApi, query: LettersQuery): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await api.list({ ...query, cursor });
    pages.push(idsOf(page));
    ({ cursor } = page);
  } while (cursor !== undefined);
  return pages;
}

describe('the list', () => {
  const MADE = [
    [0, 1],
    [1, 2],
    [2, 3],
    [1, 4],
    [0, 5],
    [0, 6],
    [1, 7],
  ] as const;
  const NEWEST_FIRST = ['1-2', '0-2', '0-1', '1-1', '2-0', '1-0', '0-0'];

  it('is empty where nothing has failed', async () => {
    expect(await apiOn(new MemoryEventLog(3)).list({ limit: 10 })).toEqual({ letters: [] });
  });

  it.each([1, 2, 3, 6, 7, 100])('has all partitions, newest first, in pages of %d', async (limit) => {
    const pages = await allPages(apiOn(await logOf(MADE)), { limit });
    expect(pages.flat()).toEqual(NEWEST_FIRST);
    for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
  });

  it.each([1, 2, 99])('has them all from a log that gives %d records at a time', async (readMax) => {
    const log = await logOf(MADE, new ShortReadsLog(3, { readMax }));
    expect((await allPages(apiOn(log), { limit: 2 })).flat()).toEqual(NEWEST_FIRST);
  });

  it('goes back over more than one read, to what the log still has', async () => {
    const made = Array.from({ length: 250 }, (_, n) => [0, n] as const);
    const log = await logOf(made, new ShortReadsLog(1, { begin: 30 }));
    const ids = (await allPages(apiOn(log), { limit: 100 })).flat();
    expect(ids).toEqual(Array.from({ length: 220 }, (_, n) => `0-${249 - n}`));
  });

  it('goes on where it was, whatever was added meanwhile', async () => {
    const log = await logOf(MADE);
    const api = apiOn(log);
    const first = await api.list({ limit: 3 });
    await log.append([onDeadLetters(aLetter({ at: minute(60) }), 2)]);
    const rest = await api.list({ limit: 100, cursor: first.cursor });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(NEWEST_FIRST);
  });

  it('says of each letter what it is, and not what is in it', async () => {
    const log = new MemoryEventLog(1);
    await log.append([onDeadLetters(aLetter({ redriveOf: '0-3' }))]);
    expect(await apiOn(log).list({ limit: 1 })).toEqual({
      letters: [
        {
          id: '0-0',
          at: '2026-05-04T08:00:00.000Z',
          service: 'ingestion',
          code: 'MALFORMED_JSON',
          detail: 'the value is not JSON',
          topic: 'events.raw',
          partition: 0,
          offset: 7,
          key: 'ada',
          redriveOf: '0-3',
        },
      ],
    });
  });

  it.each<[string, Partial<LettersQuery>, string[]]>([
    ['a service', { service: 'ingestion' }, ['0-2', '0-0']],
    ['a reason', { code: 'OVERSIZE' }, ['0-2', '0-1']],
    ['both', { service: 'ingestion', code: 'OVERSIZE' }, ['0-2']],
    ['those redriven', { redriven: true }, ['0-1']],
    ['those not redriven', { redriven: false }, ['0-2', '0-0']],
    ['nobody', { service: 'nobody' }, []],
  ])('can be asked for those of %s', async (_, query, expected) => {
    const log = new MemoryEventLog(1);
    const letters: Partial<DeadLetter>[] = [{}, { service: 'personalization', code: 'OVERSIZE' }, { code: 'OVERSIZE' }];
    await log.append(letters.map((over) => onDeadLetters(aLetter(over))));
    const api = apiOn(log);
    await api.redrive(['0-1']);
    expect(idsOf(await api.list({ limit: 100, ...query }))).toEqual(expected);
  });

  it('looks at a bounded number of records for one page, and goes on from there', async () => {
    const log = new MemoryEventLog(1);
    await log.append([onDeadLetters(aLetter({ code: 'OVERSIZE' }))]);
    await log.append(Array.from({ length: 6_000 }, () => onDeadLetters(aLetter())));
    expect(await allPages(apiOn(log), { limit: 10, code: 'OVERSIZE' })).toEqual([[], ['0-0']]);
  });

  it('shows records of others on the topic as what they are, and goes on', async () => {
    const log = new MemoryEventLog(1);
    const bytes = { ...onDeadLetters('/w=='), encoding: 'base64' as const };
    await log.append([
      onDeadLetters(aLetter()),
      onDeadLetters(''),
      onDeadLetters('null'),
      onDeadLetters('{"schemaVersion":1}'),
      onDeadLetters(aLetter({ at: 'yesterday' })),
      bytes,
      { ...onDeadLetters('{"schemaVersion":1,"type":"redriven","letters":["x"]}'), key: 'redriven' },
    ]);
    const { letters } = await apiOn(log).list({ limit: 10 });
    expect(letters.map(({ id, code, detail }) => `${id} ${code}: ${detail}`)).toEqual([
      '0-6 INVALID_RECORD: it is no dead letter: service: Invalid input: expected string, received undefined',
      '0-5 INVALID_RECORD: it is no dead letter: it is not JSON',
      '0-4 INVALID_RECORD: it is no dead letter: at: Invalid ISO datetime',
      '0-3 INVALID_RECORD: it is no dead letter: service: Invalid input: expected string, received undefined',
      '0-2 INVALID_RECORD: it is no dead letter: Invalid input: expected object, received null',
      '0-1 INVALID_RECORD: it is no dead letter: it is not JSON',
      '0-0 MALFORMED_JSON: the value is not JSON',
    ]);
  });

  it.each(['', '1', '1.2', '1.2.3.4', '1.2.x', '-1.2.3', '1.2.3 ', `1.2.${'3'.repeat(16)}`])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(apiOn(new MemoryEventLog(3)).list({ limit: 1, cursor })).rejects.toMatchObject({
        code: 'INVALID_BODY',
      });
    },
  );
});

describe('a letter', () => {
  it('is what was refused, with when it was redriven', async () => {
    const log = new MemoryEventLog(2);
    const letter = aLetter({ value: '/w==', encoding: 'base64', headers: { odd: 'x' } });
    await log.append([onDeadLetters(letter, 1)]);
    const api = apiOn(log);
    expect(await api.letter('1-0')).toEqual({ id: '1-0', ...letter });
    await api.redrive(['1-0']);
    expect(await api.letter('1-0')).toEqual({ id: '1-0', redrivenAt: '2026-05-04T12:00:00.000Z', ...letter });
  });

  it.each(['0-1', '1-0', '2-0', '999999999-0'])('%s is not there', async (id) => {
    const log = new MemoryEventLog(2);
    await log.append([onDeadLetters(aLetter())]);
    await expect(apiOn(log).letter(id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `there is no dead letter ${id}`,
    });
  });

  it('is not what a mark is, nor what the log has instead of one that is gone', async () => {
    const log = new ShortReadsLog(1, { begin: 1 });
    await log.append([onDeadLetters(aLetter()), onDeadLetters(aLetter())]);
    const api = apiOn(log);
    await api.redrive(['0-1']);
    for (const id of ['0-0', '0-2']) await expect(api.letter(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that is none says so', async () => {
    const log = new MemoryEventLog(1);
    await log.append([onDeadLetters('hello')]);
    await expect(apiOn(log).letter('0-0')).rejects.toMatchObject({
      code: 'INVALID_RECORD',
      message: '0-0: it is no dead letter: it is not JSON',
    });
  });
});

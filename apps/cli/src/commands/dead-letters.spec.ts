import { afterEach, describe, expect, it } from '@jest/globals';
import type { Letter, LetterSummary } from '@waymark/platform';
import { FakeApi, type Answer } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import { deadLetters } from './dead-letters.js';

const summary = (of: Partial<LetterSummary> = {}): LetterSummary => ({
  id: '2-17',
  at: '2026-05-04T08:00:00.000Z',
  service: 'ingestion',
  code: 'MALFORMED_JSON',
  detail: 'the value is not JSON',
  topic: 'events.raw',
  partition: 2,
  offset: 99,
  key: 'ada',
  ...of,
});
const letter = (of: Partial<Letter> = {}): Letter =>
  ({ ...summary(), schemaVersion: 1, headers: {}, value: '{"a":[1]}', ...of }) as Letter;

let api: FakeApi;
afterEach(() => api.stop());

async function run(answers: Record<string, Answer | Answer[]>, ...args: string[]): ReturnType<typeof runCommand> {
  api = await FakeApi.start(answers);
  return runCommand(deadLetters, ['dead-letters', ...args], { WAYMARK_URL: api.url, WAYMARK_ADMIN_TOKEN: 't' });
}
const asked = (): string[] => api.seen.map(({ line }) => line);

describe('waymark dead-letters list', () => {
  const page = (letters: LetterSummary[], cursor?: string): Answer => ({
    json: { letters, ...(cursor && { cursor }) },
  });

  it('says of each letter which, when, who, why and where from', async () => {
    const letters = [summary(), summary({ id: '0-3', redrivenAt: '2026-05-04T09:00:00Z' })];
    const { stdout, stderr } = await run({ 'GET /api/dead-letters?limit=50': page(letters) }, 'list');
    expect(stdout.split('\n')).toEqual([
      '2-17  2026-05-04T08:00:00.000Z  ingestion  MALFORMED_JSON  events.raw/2@99',
      '  the value is not JSON',
      '0-3  2026-05-04T08:00:00.000Z  ingestion  MALFORMED_JSON  events.raw/2@99  redriven',
      '  the value is not JSON',
      '',
    ]);
    expect(stderr).toBe('');
  });

  it('is JSON for machines', async () => {
    const { stdout } = await run({ 'GET /api/dead-letters?limit=50': page([summary()]) }, 'list', '--json');
    expect(JSON.parse(stdout)).toEqual([summary()]);
  });

  it('says so where there are none, and of a record that is no letter what is known', async () => {
    expect((await run({ 'GET /api/dead-letters?limit=50': page([]) }, 'list')).stdout).toBe('no dead letters\n');
    await api.stop();
    const strange = { id: '0-1', code: 'INVALID_RECORD', detail: 'it is no dead letter: \u001b[2J' };
    const { stdout } = await run({ 'GET /api/dead-letters?limit=50': page([strange]) }, 'list');
    expect(stdout).toBe('0-1  at no known time  nobody  INVALID_RECORD\n  it is no dead letter: \\u001b[2J\n');
  });

  it('asks for what is wanted, page after page, until it has enough', async () => {
    const query = (limit: number, cursor = ''): string =>
      `GET /api/dead-letters?limit=${limit}&service=ingestion&code=OVERSIZE&redriven=false${cursor}`;
    const { stdout, stderr } = await run(
      {
        [query(3)]: page([summary({ id: '0-9' })], '9.0'),
        [query(2, '&cursor=9.0')]: page([], '5.0'),
        [query(2, '&cursor=5.0')]: page([summary({ id: '0-4' }), summary({ id: '0-3' })], '3.0'),
      },
      ...['list', '--service', 'ingestion', '--code', 'OVERSIZE', '--open', '--limit', '3'],
    );
    expect(stdout.match(/^\d-\d/gm)).toEqual(['0-9', '0-4', '0-3']);
    expect(stderr).toBe('older letters are not shown: --limit N shows more\n');
  });
});

describe('waymark dead-letters show', () => {
  const show = (one: Letter, ...options: string[]): ReturnType<typeof runCommand> =>
    run({ 'GET /api/dead-letters/2-17': { json: one } }, 'show', '2-17', ...options);

  it('says everything that is known, and lays JSON out', async () => {
    const one = letter({
      headers: { 'wm-source': 'journey-state/2' },
      redriveOf: '2-3',
      redrivenAt: '2026-05-04T09:00:00.000Z',
    });
    expect((await show(one)).stdout.split('\n')).toEqual([
      'letter   2-17',
      'why      MALFORMED_JSON: the value is not JSON',
      'when     2026-05-04T08:00:00.000Z',
      'service  ingestion',
      'from     events.raw, partition 2, offset 99',
      'key      ada',
      'header   wm-source: journey-state/2',
      'again    it is 2-3, redriven and failed again',
      'redriven 2026-05-04T09:00:00.000Z',
      'value    9 bytes',
      '{',
      '  "a": [',
      '    1',
      '  ]',
      '}',
      '',
    ]);
  });

  it.each<[string, Partial<Letter>, string]>([
    ['what is no JSON, as it is', { value: '{not json\n' }, 'value    10 bytes\n{not json\n\n'],
    ['nothing', { value: '' }, 'value    0 bytes\n\n'],
    [
      'bytes that are not UTF-8, as far as they can be read',
      { value: Buffer.from([0x61, 0xff, 0x62]).toString('base64'), encoding: 'base64' },
      'value    3 bytes, not UTF-8: --raw writes them\na\ufffdb\n',
    ],
    ['what a terminal would obey, written out', { value: '\u001b[2J\u0007\u009b' }, '\\u001b[2J\\u0007\\u009b\n'],
  ])('shows %s', async (_, of, end) => {
    expect((await show(letter(of))).stdout.endsWith(end)).toBe(true);
  });

  it('is JSON for machines', async () => {
    expect(JSON.parse((await show(letter(), '--json')).stdout)).toEqual(letter());
  });

  it('writes the value alone, to the byte, with --raw', async () => {
    expect((await show(letter({ value: ' {"a" : 1.0}\r\n' }), '--raw')).stdout).toBe(' {"a" : 1.0}\r\n');
  });

  it('rejects with the system’s own words', async () => {
    await expect(run({}, 'show', '2-18')).rejects.toMatchObject({ name: 'ApiError', status: 404 });
  });
});

describe('waymark dead-letters redrive', () => {
  const LINE = 'POST /api/dead-letters/redrive';
  const at = '2026-05-04T09:00:00.000Z';
  const bodies = (): unknown[] => api.seen.filter(({ line }) => line === LINE).map(({ body }) => JSON.parse(body));

  it('redrives the letters named, the oldest first', async () => {
    const letters = [
      { id: '0-2', result: 'redriven', at },
      { id: '0-10', result: 'already', at },
    ];
    const { stdout, code } = await run({ [LINE]: { json: { letters } } }, 'redrive', '1-0', '0-10', '0-2');
    expect([stdout, code]).toEqual(['1 redriven, 1 had been before, 0 refused\n', 0]);
    expect(bodies()).toEqual([{ ids: ['0-2', '0-10', '1-0'] }]);
  });

  it('says why one was refused, and fails', async () => {
    const letters = [{ id: '0-2', result: 'refused', code: 'NOT_FOUND', detail: 'there is no dead letter 0-2' }];
    const { stdout, code } = await run({ [LINE]: { json: { letters } } }, 'redrive', '0-2');
    expect([stdout.split('\n'), code]).toEqual([
      ['✗ 0-2  NOT_FOUND: there is no dead letter 0-2', '0 redriven, 0 had been before, 1 refused', ''],
      1,
    ]);
  });

  it('redrives all of a kind that were not redriven, in requests of a bounded size', async () => {
    const ids = Array.from({ length: 700 }, (_, n) => `0-${n}`);
    const of = (some: string[]): LetterSummary[] => some.map((id) => summary({ id }));
    const query = 'GET /api/dead-letters?limit=500&code=OVERSIZE&redriven=false';
    const { stdout } = await run(
      {
        [query]: { json: { letters: of(ids.slice(200)).reverse(), cursor: '200' } },
        [`${query}&cursor=200`]: { json: { letters: of(ids.slice(0, 200)).reverse() } },
        [LINE]: [
          { json: { letters: ids.slice(0, 500).map((id) => ({ id, result: 'redriven', at })) } },
          { json: { letters: ids.slice(500).map((id) => ({ id, result: 'redriven', at })) } },
        ],
      },
      ...['redrive', '--all', '--code', 'OVERSIZE', '--json'],
    );
    expect(JSON.parse(stdout)).toHaveLength(700);
    expect(bodies()).toEqual([{ ids: ids.slice(0, 500) }, { ids: ids.slice(500) }]);
  });

  it('asks for nothing where there is nothing to redrive', async () => {
    const query = 'GET /api/dead-letters?limit=500&redriven=false';
    const { stdout, code } = await run({ [query]: { json: { letters: [] } } }, 'redrive', '--all');
    expect([stdout, code, asked()]).toEqual(['0 redriven, 0 had been before, 0 refused\n', 0, [query]]);
  });

  it.each([[['redrive']], [['redrive', '--all', '0-1']]])('%j is not understood', async (args) => {
    await expect(run({}, ...args)).rejects.toMatchObject({ code: 'commander.error', exitCode: 2 });
    expect(asked()).toEqual([]);
  });
});

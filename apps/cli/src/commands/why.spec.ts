import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '@waymark/contracts';
import { FakeApi } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import { timelineText, why } from './why.js';

const entry = (of: Partial<TimelineEntry> = {}): TimelineEntry => ({
  at: '2026-05-04T08:00:00.000Z',
  service: 'ingestion',
  kind: 'event',
  text: 'Signed Up',
  because: [],
  facts: {},
  ...of,
});
const lines = (...entries: Partial<TimelineEntry>[]): string[] =>
  stripVTControlCharacters(timelineText(entries.map(entry))).split('\n');

describe('timelineText', () => {
  it('is empty for nobody', () => {
    expect(timelineText([])).toBe('');
  });

  it('names each day once, and in it the time of each entry', () => {
    expect(
      lines(
        { text: 'first' },
        { at: '2026-05-04T23:59:59.999Z', text: 'last' },
        { at: '2026-05-05T00:00:00Z', text: 'next day' },
      ),
    ).toEqual(['2026-05-04', '  08:00:00 ● first', '  23:59:59 ● last', '2026-05-05', '  00:00:00 ● next day']);
  });

  it('says why, sentence by sentence, under what happened', () => {
    const because = ['customer.traits.plan == "pro" was true: plan was "pro"', 'nothing stood against it'];
    expect(lines({ kind: 'decision', text: 'chose refill', because })).toEqual([
      '2026-05-04',
      '  08:00:00 ◆ chose refill',
      ...because.map((sentence) => `             because ${sentence}`),
    ]);
  });

  it.each([
    ['event', '●'],
    ['entered', '▶'],
    ['refused', '⊘'],
    ['ended', '■'],
    ['converted', '★'],
    ['decision', '◆'],
    ['delivery', '✉'],
    ['something new', '·'],
  ])('marks %s with %s', (kind, mark) => {
    expect(lines({ kind, text: 'x' })[1]).toBe(`  08:00:00 ${mark} x`);
  });
});

describe('waymark why', () => {
  let api: FakeApi;
  afterEach(() => api.stop());

  const run = async (line: string, ...args: string[]): ReturnType<typeof runCommand> => {
    api = await FakeApi.start({ [line]: { json: [entry()] } });
    return runCommand(why, ['why', ...args], { WAYMARK_URL: api.url, WAYMARK_ADMIN_TOKEN: 't' });
  };

  it('prints a customer’s timeline, for people or for machines', async () => {
    const people = await run('GET /api/customers/ada/timeline?limit=500', 'ada');
    expect(people.stdout).toBe('2026-05-04\n  08:00:00 ● Signed Up\n');
    await api.stop();
    const machines = await run('GET /api/customers/ada/timeline?limit=500', 'ada', '--json');
    expect(JSON.parse(machines.stdout)).toEqual([entry()]);
  });

  it.each([
    ['ada@example.com', '/api/customers/ada%40example.com/timeline?limit=500', []],
    ['a/b?c', '/api/customers/a%2Fb%3Fc/timeline?limit=500', []],
    ['ada', '/api/customers/ada/timeline?limit=7&journey=welcome', ['--limit', '7', '--journey', 'welcome']],
  ])('asks for %s under an address of its own', async (customer, path, options) => {
    const { stdout } = await run(`GET ${path}`, customer, ...options);
    expect(stdout).toContain('Signed Up');
  });

  it.each([
    ['as many entries came as were asked for', ['--limit', '1'], 'older entries are not shown: --limit N shows more\n'],
    ['fewer came', ['--limit', '2'], ''],
    ['machines read it', ['--limit', '1', '--json'], ''],
  ])('tells of older entries where there may be some: %s', async (_, options, said) => {
    const { stderr } = await run(`GET /api/customers/ada/timeline?limit=${options[1]}`, 'ada', ...options);
    expect(stderr).toBe(said);
  });

  it('rejects with the system’s own words', async () => {
    await expect(run('GET /elsewhere', 'ada')).rejects.toMatchObject({ name: 'ApiError', status: 404 });
  });
});

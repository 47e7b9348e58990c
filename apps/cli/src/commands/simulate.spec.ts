import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SimulationReport } from '@waymark/simulation';
import { runCommand } from '../testing/run-command.js';
import { simulate } from './simulate.js';

const SHOP = fileURLToPath(new URL('../../../../examples/shop', import.meta.url));
const JOURNEY = `kind: journey
id: hello
entry: { event: Signed Up }
policy: { class: service }
start: greet
steps:
  greet: { kind: act, channel: out, content: { body: Hello }, next: done }
  done: { kind: exit, reason: done }
`;
const EVENTS = [
  { type: 'track', userId: 'ada', event: 'Signed Up', timestamp: '2026-11-30T08:00:00Z' },
  { type: 'track', userId: 'bo', event: 'Signed Up', timestamp: '2026-11-30T09:00:00Z' },
];

const ndjson = EVENTS.map((event) => JSON.stringify(event)).join('\n');

describe('waymark simulate', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulate-'));
    await write('out.yaml', 'kind: channel\nid: out\ntype: log\n');
    await write('hello.yaml', JOURNEY);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  const write = (name: string, text: string | Buffer): Promise<void> => writeFile(at(name), text);
  const run = (...args: string[]): ReturnType<typeof runCommand> => runCommand(simulate, ['simulate', folder, ...args]);

  it('makes up a population, always the same for a seed, and says so', async () => {
    const args = ['--customers', '20', '--days', '5', '--start', '2026-11-30T00:00:00Z'];
    const { stdout, stderr, code } = await run(...args);
    expect(stdout).toMatch(/^A synthetic population \(seed 1, 5 days\): nobody real/);
    expect(stdout).toMatch(/hello: \d+ knocked, \d+ entered/);
    expect([stderr, code]).toEqual(['', 0]);
    expect((await run(...args)).stdout).toBe(stdout);
    expect((await run(...args, '--seed', '2')).stdout).not.toBe(stdout);
  });

  it.each(['events.ndjson', 'events.ndjson.gz'])('takes recorded events: %s', async (name) => {
    await write(name, name.endsWith('gz') ? gzipSync(ndjson) : ndjson);
    const { stdout, code } = await run('--events', at(name), '--json');
    const { population, journeys, channels } = JSON.parse(stdout) as SimulationReport;
    expect(population).toMatchObject({ customers: 2, events: 2, badLines: { count: 0 } });
    expect(population.synthetic).toBeUndefined();
    expect(journeys).toMatchObject([{ id: 'hello', entered: 2, messages: [{ step: 'greet', sent: 2 }] }]);
    expect(channels).toMatchObject([{ id: 'out', sent: 2, peak: { count: 1, hour: '2026-11-30T08:00:00.000Z' } }]);
    expect(code).toBe(0);
  });

  it('names lines that are no calls, with why, and goes on', async () => {
    await write('events.ndjson', `${ndjson.replace('\n', '\n{"type":"track"\n')}\n`);
    const { stdout, code } = await run('--events', at('events.ndjson'));
    expect(stdout).toContain('! 1 line(s) left out:\n    line 2: it is not JSON');
    expect(stdout).toContain('hello: 2 knocked, 2 entered');
    expect(code).toBe(0);
  });

  it.each([
    ['cut short', gzipSync(ndjson).subarray(0, 40)],
    ['no gzip at all', Buffer.from(ndjson)],
  ])('says that a compressed file cannot be read: %s', async (_, bytes) => {
    await write('events.gz', bytes);
    const message = expect.stringMatching(/events\.gz cannot be read: /);
    await expect(run('--events', at('events.gz'))).rejects.toMatchObject({ code: 'INVALID_BODY', message });
  });

  it('writes the report as a page', async () => {
    await write('events.ndjson', ndjson);
    const { stderr } = await run('--events', at('events.ndjson'), '--html', at('report.html'));
    expect(await readFile(at('report.html'), 'utf8')).toMatch(
      /^<!doctype html>[^]*2 knocked, 2 entered[^]*<\/html>\s*$/,
    );
    expect(stderr).toBe(`the report is in ${at('report.html')}\n`);
  });

  it('keeps to the journeys asked for', async () => {
    await write('other.yaml', JOURNEY.replace('id: hello', 'id: other'));
    await write('events.ndjson', ndjson);
    const { stdout } = await run('--events', at('events.ndjson'), '--json', '--journey', 'other');
    expect((JSON.parse(stdout) as SimulationReport).journeys.map(({ id }) => id)).toEqual(['other']);
  });

  it('refuses a workspace with mistakes, as validate does', async () => {
    await write('hello.yaml', JOURNEY.replace('channel: out', 'channel: owt'));
    const { stdout, code } = await run();
    expect([stdout, code]).toEqual([expect.stringMatching(/^hello\.yaml:7:\d+ .*owt/), 1]);
    const asJson = await run('--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({ errors: [{ file: 'hello.yaml', line: 7 }] });
  });

  it.each([
    [['--events', 'nowhere.ndjson'], 'NOT_FOUND'],
    [['--journey', 'nope'], 'NOT_FOUND'],
    [['--html', '/nowhere/report.html'], 'NOT_FOUND'],
    [['--customers', 'many'], 'commander.invalidArgument'],
    [['--start', 'tomorrow'], 'commander.invalidArgument'],
    [['--events', 'a.ndjson', '--seed', '3'], 'commander.conflictingOption'],
  ])('rejects %j with %s', async (args, code) => {
    await expect(run(...args)).rejects.toMatchObject({ code });
  });

  it('rejects for a folder without resources, and for a file without a call', async () => {
    await rm(at('out.yaml'));
    await rm(at('hello.yaml'));
    await expect(run()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await write('hello.yaml', JOURNEY);
    await write('out.yaml', 'kind: channel\nid: out\ntype: log\n');
    await write('events.ndjson', 'what?\n');
    await expect(run('--events', at('events.ndjson'))).rejects.toMatchObject({ code: 'INVALID_BODY' });
  });

  it('takes the example shop through: everybody who knocks is accounted for', async () => {
    const { stdout } = await runCommand(simulate, [
      'simulate',
      SHOP,
      '--customers',
      '30',
      '--start',
      '2026-11-30T00:00:00Z',
      '--json',
    ]);
    const { journeys, population } = JSON.parse(stdout) as SimulationReport;
    expect(population).toMatchObject({ customers: 30, refused: 0, repeated: 0 });
    expect(journeys).toHaveLength(6);
    for (const { entered, knocks, refused, ended, inside } of journeys) {
      const sum = (counts: Record<string, number>): number =>
        Object.values(counts).reduce((all, count) => all + count, 0);
      expect(entered).toBeGreaterThan(0);
      expect(entered + sum(refused)).toBe(knocks);
      expect(sum(ended) + inside).toBe(entered);
    }
  });
});

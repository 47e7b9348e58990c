import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runScenarios } from './run-scenarios.js';

const SHOP = fileURLToPath(new URL('../../../examples/shop', import.meta.url));

describe('the scenarios of examples/shop', () => {
  it('come true', async () => {
    const outcomes = await runScenarios(SHOP);
    expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
  }, 60_000);
});

describe('runScenarios', () => {
  let folder = '';

  const files = (texts: Readonly<Record<string, string>>): Promise<unknown> =>
    Promise.all(
      Object.entries(texts).map(async ([path, text]) => {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }),
    );
  const ran = async (path = '.'): Promise<string[]> =>
    (await runScenarios(join(folder, path))).map(({ id, status, message }) => `${id} ${status} ${message}`.trim());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scenarios-'));
    await files({
      'journeys/hello.yaml':
        'kind: journey\nid: hello\nentry: { event: Hello }\nstart: say\nsteps:\n  say: { kind: act, channel: out, template: hello, next: done }\n  done: { kind: exit }\n',
      'channels/out.yaml': 'kind: channel\nid: out\ntype: log\n',
      'templates/hello.yaml': 'kind: template\nid: hello\nchannel: out\nbody: ./hello.txt\n',
      'templates/hello.txt': 'Hello!',
    });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const scenario = (id: string, rest: string): string =>
    `kind: scenario\nid: ${id}\nstart: 2026-05-04T08:00:00Z\n${rest}\n`;
  const HELLO =
    'timeline: [ { track: { customer: ada, event: Hello }, expect: { sent: [ { customer: ada, body: Hello! } ] } } ]';

  it('finds them in subfolders, and their workspace as a folder, or as a list of files and folders', async () => {
    await files({
      'scenarios/a.yaml': scenario('a', `workspace: ..\n${HELLO}`),
      'scenarios/deep/b.yaml': scenario(
        'b',
        `workspace: [../../journeys/hello.yaml, ../../channels, ../../templates]\n${HELLO}`,
      ),
      'c.json': '{ "kind": "scenario", "id": "c", "start": "2026-05-04T08:00:00Z", "timeline": [] }',
    });
    expect(await ran()).toEqual(['c passed', 'a passed', 'b passed']);
    expect(await ran('scenarios/deep/b.yaml')).toEqual(['b passed']);
  });

  it('goes on after one that fails, has mistakes, or cannot be run', async () => {
    await files({
      'scenarios/a.yaml': scenario('a', `workspace: ..\n${HELLO.replace('Hello!', 'Goodbye')}`),
      'scenarios/b.yaml': scenario('b', 'timeline: [ { erase: { customer: ada } }, { shadow: {} } ]'),
      'scenarios/c.yaml': scenario('c', 'workspace: ../nowhere\ntimeline: []'),
      'scenarios/d.yaml': scenario('d', `workspace: ..\n${HELLO}`),
      'scenarios/e.yaml': scenario('e', 'workspace: ../journeys\ntimeline: []'),
    });
    const outcomes = await ran();
    expect(outcomes.map((outcome) => outcome.split(' ').slice(0, 2).join(' '))).toEqual([
      'a failed',
      'b failed',
      'c failed',
      'd passed',
      'e failed',
    ]);
    expect(outcomes[0]).toContain('expected {"customer":"ada","body":"Goodbye"}   <- did not come');
    expect(outcomes[1]!.split('\n')).toHaveLength(2);
    expect(outcomes[1]).toContain('"erase" is not a key of "timeline.0"');
    expect(outcomes[2]).toContain('it could not be run: there is no folder or file');
    expect(outcomes[4]).toContain('there is no channel "out"');
  });

  it('publishes a file with what that file refers to', async () => {
    await files({
      'next/hello.yaml': 'kind: template\nid: hello\nchannel: out\nbody: ../templates/hello.txt\nsubject: New\n',
      'scenarios/a.yaml': scenario(
        'a',
        `workspace: [../journeys, ../channels, ../templates]\n${HELLO.replace('[ {', '[ { publish: ../next/hello.yaml }, {').replace('body', 'subject: New, body')}`,
      ),
    });
    expect(await ran('scenarios')).toEqual(['a passed']);
  });

  it('says so when there is nothing at the path', async () => {
    await expect(runScenarios(join(folder, 'nowhere'))).rejects.toThrow('there is no folder or file');
  });
});

import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { checkedResources, sha256 } from './checked-resources.js';

const CHANNEL = { path: 'channels/out.yaml', text: 'kind: channel\nid: out\ntype: log\n' };
const journey = (body: string, id = 'hello'): { path: string; text: string } => ({
  path: `journeys/${id}.yaml`,
  text: `kind: journey\nid: ${id}\nentry: { event: Hello }\nstart: done\nsteps:\n  ${body}\n`,
});

function refusal(files: Parameters<typeof checkedResources>[0]): WaymarkError {
  try {
    checkedResources(files);
  } catch (error) {
    return error as WaymarkError;
  }
  throw new Error('it was not refused');
}

describe('checkedResources', () => {
  it('gives resources with their defaults and their content address', () => {
    const [{ resource, version }, ...others] = checkedResources([CHANNEL]) as [
      { resource: object; version: string },
      ...unknown[],
    ];
    expect(others).toEqual([]);
    expect(resource).toMatchObject({ kind: 'channel', id: 'out', type: 'log', timeout: 'PT10S' });
    expect(version).toMatch(/^[\w-]{8,}$/);
  });

  it('gives one content one address, however it is written, and another content another', () => {
    const versionOf = (text: string): string => checkedResources([{ path: 'a.yaml', text }])[0]!.version;
    const plain = versionOf('kind: channel\nid: out\ntype: log\n');
    expect(versionOf('{ "type": "log", "timeout": "PT10S", "id": "out", "kind": "channel" }')).toBe(plain);
    expect(versionOf('kind: channel\nid: out\ntype: inbox\n')).not.toBe(plain);
  });

  it('takes an empty workspace for what it is', () => {
    expect(checkedResources([])).toEqual([]);
  });

  it('lists every mistake of every file, with file, line, column and pointer', () => {
    const error = refusal([
      journey('done: { kind: exit, reson: x }'),
      journey('done: { kind: wait, for: 1 day, next: nowhere }', 'other'),
      CHANNEL,
    ]);
    expect(error).toBeInstanceOf(WaymarkError);
    expect([error.code, error.kind]).toEqual(['INVALID_RESOURCE', 'invalid']);
    expect(error.errors.length).toBeGreaterThanOrEqual(2);
    for (const each of error.errors) {
      expect(each).toEqual({
        path: expect.any(String),
        code: expect.stringMatching(/^[A-Z_]+$/),
        detail: expect.stringMatching(/.{10}/),
        file: expect.stringMatching(/^journeys\/.*\.yaml$/),
        line: expect.any(Number),
        column: expect.any(Number),
      });
    }
    expect(error.errors[0]).toMatchObject({ file: 'journeys/hello.yaml', line: 6, column: 23 });
    const lines = error.message.split('\n');
    expect(lines[0]).toBe(`the workspace has ${error.errors.length} mistake(s):`);
    expect(lines[1]).toMatch(/^journeys\/hello\.yaml:6:23 .*reson/);
    expect(lines).toHaveLength(error.errors.length + 1);
  });

  it.each([
    ['no YAML', 'kind: [', 'a.yaml'],
    ['no resource', 'hello: world', 'a.yaml'],
    ['a kind that nobody knows', 'kind: robot\nid: a', 'a.yaml'],
  ])('a file with %s is a mistake, never a crash', (_, text, path) => {
    expect(refusal([{ path, text }])).toMatchObject({ code: 'INVALID_RESOURCE', errors: [{ file: path }] });
  });
});

describe('sha256', () => {
  it('is of the text’s UTF-8 bytes, in hex', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });
});

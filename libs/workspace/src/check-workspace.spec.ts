import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { checkWorkspace } from './check-workspace.js';
import type { WorkspaceFile } from './parse-files.js';
import { MISTAKES_OF_JOURNEYS } from './testing/mistakes-of-journeys.js';
import { MISTAKES_OF_LANGUAGE } from './testing/mistakes-of-language.js';
import { MISTAKES_OF_REFERENCE } from './testing/mistakes-of-reference.js';
import { MISTAKES_OF_SHAPE } from './testing/mistakes-of-shape.js';
import { SAMPLE, sampleReplacing, sampleWith } from './testing/sample-workspace.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function errorsOf(files: readonly WorkspaceFile[]): string[] {
  return checkWorkspace(files, sha256).errors.map(
    ({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`,
  );
}

describe('a workspace without mistakes', () => {
  it('yields its resources, each with its version', () => {
    const { resources, errors } = checkWorkspace(sampleWith({}), sha256);
    expect(errors).toEqual([]);
    expect(resources.map(({ resource }) => `${resource.kind}/${resource.id}`).sort()).toEqual([
      'channel/email',
      'channel/hook',
      'contact-policy/default',
      'event/product-added',
      'journey/cart',
      'offer/free-shipping',
      'profile/profile',
      'segment/loyal',
      'template/reminder',
    ]);
    for (const { version } of resources) expect(version).toMatch(/^[0-9a-f]{16}$/);
  });

  it('takes files that content refers to in', () => {
    const { resources } = checkWorkspace(sampleWith({}), sha256);
    expect(resources.find(({ resource }) => resource.kind === 'template')?.resource).toMatchObject({
      mjml: SAMPLE['reminder.mjml'],
    });
  });

  it('may be JSON, several documents in a file, or with Windows line ends', () => {
    const profile = JSON.stringify({ kind: 'profile', id: 'profile', traits: {} });
    const both = `${SAMPLE['email.channel.yaml']}---\n${SAMPLE['hook.channel.yaml']}`;
    const files = sampleWith({
      'profile.yaml': undefined,
      'profile.json': profile,
      'email.channel.yaml': both.replaceAll('\n', '\r\n'),
      'hook.channel.yaml': undefined,
    });
    const { errors, resources } = checkWorkspace(files, sha256);
    expect(errors).toEqual([]);
    expect(resources).toHaveLength(9);
  });
});

describe('the version of a resource', () => {
  const versionOf = (text: string): string => checkWorkspace([{ path: 'a.yaml', text }], sha256).resources[0]!.version;

  it('is the same however it is written, and another for another content', () => {
    expect(versionOf('{ "traits": { "b": 1, "a": [2] }, "id": "p", "kind": "profile" }')).toBe(
      versionOf('kind: profile\nid: p\ntraits:\n  a: [2]\n  b: 1\n'),
    );
    expect(versionOf('kind: profile\nid: p\ntraits: { a: 1 }')).not.toBe(
      versionOf('kind: profile\nid: p\ntraits: { a: 2 }'),
    );
  });
});

describe('a mistake is told with its file, line, column, and what would be right', () => {
  it.each([...MISTAKES_OF_SHAPE, ...MISTAKES_OF_REFERENCE, ...MISTAKES_OF_LANGUAGE, ...MISTAKES_OF_JOURNEYS])(
    '$what',
    ({ file, from, to, more, errors }) => {
      expect(errorsOf(sampleReplacing(file, from, to, more))).toEqual(errors);
    },
  );

  it('has a code, a JSON pointer and a suggestion for machines', () => {
    const { errors } = checkWorkspace(sampleReplacing('cart.journey.yaml', 'next: rest', 'next: rset'), sha256);
    expect(errors).toEqual([
      {
        file: 'cart.journey.yaml',
        line: 20,
        column: 11,
        code: 'UNKNOWN_REFERENCE',
        path: '/steps/remind/next',
        message: 'there is no step "rset"; did you mean "rest"?',
        suggestion: 'rest',
      },
    ]);
  });
});

describe('a file without a resource', () => {
  const MISTAKE = 'MISSING the file has no resource in it: it needs kind and id, or it should be removed';

  it.each([
    ['empty', ''],
    ['blank', ' \n\n'],
    ['a byte order mark', '\uFEFF'],
    ['only comments', '# nothing here\n# at all\n'],
  ])('is a mistake, as what is missing is deleted: %s', (_, text) => {
    for (const path of ['a.yaml', 'a.yml', 'a.json'])
      expect(errorsOf(sampleWith({ [path]: text }))).toEqual([`${path}:1:1 ${MISTAKE}`]);
  });

  it('is none where files are only referred to', () => {
    expect(errorsOf(sampleWith({ 'a.mjml': '', 'a.html': '', 'a.txt': '# b', 'a.md': '' }))).toEqual([]);
  });
});

describe('mistakes between files', () => {
  it('finds an id twice within a kind', () => {
    const files = sampleWith({ 'z.channel.yaml': SAMPLE['email.channel.yaml'] });
    expect(errorsOf(files)).toEqual([
      'z.channel.yaml:2:5 DUPLICATE_ID there is a channel "email" already, in email.channel.yaml; ids are unique within a kind',
    ]);
  });

  it('finds a second profile', () => {
    const files = sampleWith({ 'q.yaml': 'kind: profile\nid: other\ntraits: {}\n' });
    expect(errorsOf(files)).toEqual([
      'q.yaml:2:5 DUPLICATE_ID there is a profile already, in profile.yaml; a workspace has at most one',
    ]);
  });

  it('finds a second schema of an event', () => {
    const files = sampleWith({ 'z.event.yaml': 'kind: event\nid: other\nname: Product Added\nproperties: {}\n' });
    expect(errorsOf(files)).toEqual([
      'z.event.yaml:3:7 DUPLICATE_ID there is a schema of the event "Product Added" already, in product-added.event.yaml; an event has one schema',
    ]);
  });

  it('does not call a resource unknown because it has mistakes of its own', () => {
    const files = sampleWith({ 'reminder.template.yaml': `${SAMPLE['reminder.template.yaml']}titel: x\n` });
    expect(errorsOf(files)).toEqual([
      'reminder.template.yaml:6:1 UNKNOWN_KEY "titel" is not a key of the resource; known keys are kind, id, name, description, stage, touchpoint, job, owner, tags, channel, subject, mjml, html, text, body, json',
    ]);
  });

  it('lists them by file and line', () => {
    const files = sampleWith({ 'a.yaml': 'kind: profile\nid: A\ntraits: 3\n', 'hook.channel.yaml': 'kind: channel\n' });
    expect(errorsOf(files).map((error) => error.split(' ')[0])).toEqual([
      'a.yaml:2:5',
      'a.yaml:3:9',
      'hook.channel.yaml:1:1',
      'hook.channel.yaml:1:1',
    ]);
  });
});

describe('hostile files', () => {
  it('refuses aliases that unfold into something huge', () => {
    const lines = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...[...'bcdefgh'].map((name, i) => `${name}: &${name} [${`*${'abcdefg'[i]},`.repeat(9)}]`),
    ];
    expect(errorsOf([{ path: 'bomb.yaml', text: lines.join('\n') }])[0]).toMatch(
      /^bomb\.yaml:1:1 SYNTAX not valid YAML: Excessive alias count/,
    );
  });

  it('refuses __proto__ as a key', () => {
    expect(
      errorsOf(
        sampleWith({ 'profile.yaml': 'kind: profile\nid: profile\n__proto__: { polluted: true }\ntraits: {}\n' }),
      )[0],
    ).toMatch(/^profile\.yaml:3:1 UNKNOWN_KEY "__proto__"/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('does not follow references out of the files given', () => {
    const files = sampleReplacing('reminder.template.yaml', './reminder.mjml', '../../../etc/passwd');
    expect(errorsOf(files)).toEqual([
      'reminder.template.yaml:5:7 UNKNOWN_REFERENCE there is no file ../../../etc/passwd',
    ]);
  });
});

describe('segments', () => {
  const segments = (count: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`s${n}.yaml`, `kind: segment\nid: s${n}\nif: "true"\n`]),
    );

  it('are so many that a context has room for them', () => {
    expect(errorsOf(sampleWith(segments(199)))).toEqual([]);
    expect(errorsOf(sampleWith(segments(200)))).toEqual([
      's199.yaml:2:5 INVALID_VALUE a workspace has at most 200 segments: each customer carries hers with her',
    ]);
  });

  it('may ask for each other, and for the time, and journeys begin with them and at their hours', () => {
    const journey = (id: string, entry: string): string =>
      `kind: journey\nid: ${id}\nentry: ${entry}\nstart: done\nsteps: { done: { kind: exit } }\n`;
    const files = sampleWith({
      'lost.yaml': `kind: segment\nid: lost\nif: '"loyal" in customer.segments && now - customer.orders.lastAt > duration("720h")'\n`,
      'a.yaml': journey('a', `{ segment: { id: lost, on: left }, where: 'event.properties.segmentId == "lost"' }`),
      'b.yaml': journey('b', '{ schedule: { cron: "*/15 8-18 * * mon-fri", zone: Europe/Paris, segment: lost } }'),
      'c.yaml': journey('c', `{ api: true, where: 'event.properties.data.x == 1.0 && "lost" in customer.segments' }`),
    });
    expect(errorsOf(files)).toEqual([]);
  });
});

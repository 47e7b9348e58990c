import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { sha256 } from '@waymark/platform';
import { checkWorkspace } from '@waymark/workspace';
import { simulate } from './commands/simulate.js';
import { configurationDoc } from './configuration-doc.js';
import { readWorkspace } from './read-workspace.js';
import { runScenarios } from './run-scenarios.js';
import { runCommand } from './testing/run-command.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
  ...readdirSync(join(ROOT, 'libs')).map((library) => `libs/${library}/README.md`),
  'examples/shop/README.md',
  'conformance/README.md',
];
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

describe('the documentation', () => {
  it('configuration.md is what the program says', () => {
    expect(read('docs/configuration.md').trimEnd()).toBe(configurationDoc().trimEnd());
  });

  it.each(pages)('%s: every link to a file of the repository leads somewhere', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!);
    const folder = join(ROOT, page, '..');
    for (const link of links) expect({ link, found: exists(join(folder, link)) }).toEqual({ link, found: true });
  });

  it('marketers.md: the resources it shows are a valid workspace, beside the example shop', async () => {
    const shown = shownResources();
    expect(shown.length).toBeGreaterThanOrEqual(3);
    const { errors, scenarios } = checkWorkspace(
      [...(await readWorkspace(join(ROOT, 'examples/shop'))), ...shown],
      sha256,
    );
    expect(errors).toEqual([]);
    expect(scenarios.some(({ file }) => file.startsWith('docs-'))).toBe(true);
  });

  it('marketers.md: the scenarios it shows pass on the journeys and segments it shows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docs-'));
    mkdirSync(join(folder, 'scenarios'));
    cpSync(join(ROOT, 'examples/shop/channels'), folder, { recursive: true });
    for (const { path, text } of shownResources().filter(({ text }) => !text.startsWith('kind: offer')))
      writeFileSync(join(folder, text.startsWith('kind: scenario') ? 'scenarios' : '.', path), text);
    const outcomes = await runScenarios(join(folder, 'scenarios'));
    rmSync(folder, { recursive: true });
    expect(outcomes.map(({ id, status, message }) => [id, status, message])).toEqual([
      ['a-week-of-rest', 'passed', ''],
      ['thirty-days-of-silence', 'passed', ''],
    ]);
  });

  it('marketers.md: a simulation says what is shown of it', async () => {
    const section = read('docs/marketers.md').split('\n## Before you publish: simulate\n')[1]!.split('\n## ')[0]!;
    const args = section
      .match(/^npx waymark (simulate .*)$/m)![1]!
      .replace('examples/shop', join(ROOT, 'examples/shop'));
    const shown = [...section.matchAll(/```text\n([\s\S]*?)```/g)].map((match) => match[1]!);
    expect(shown).toHaveLength(2);
    const { stdout } = await runCommand(simulate, args.split(' '));
    for (const part of shown) expect(stdout).toContain(part);
  });
});

/** The resources that the page for marketers shows, each as a file. */
function shownResources(): { path: string; text: string }[] {
  const blocks = read('docs/marketers.md').matchAll(/```yaml\n(kind: [\s\S]*?)```/g);
  return [...blocks].map((match, i) => ({ path: `docs-${i}.yaml`, text: match[1]! }));
}

function exists(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}

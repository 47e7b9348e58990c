import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('../../../scripts/rules.mjs', import.meta.url));
const run = (...args: string[]): { status: number | null; stderr: string } =>
  spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });

describe('docs/rules.md', () => {
  it('is what the rules and the files that name them say', () => {
    expect(run('--check')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the page of the rules', () => {
  let root = '';

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const rules = (of: object): void => write('docs/rules.json', JSON.stringify([{ section: 'Entry', rules: of }]));
  const page = (): string => readFileSync(join(root, 'docs/rules.md'), 'utf8');
  const written = (): string => run('--root', root).stderr;
  const checked = (): string => run('--root', root, '--check').stderr;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rules-'));
    rules({ R7: { says: 'Seven.' } });
    write('libs/engine/src/seven.ts', '/** R7. */');
    write('libs/engine/src/seven.spec.ts', "it('R7: seven')");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('has each rule with the files that build it and those that hold it', () => {
    expect(written()).toBe('');
    expect(page()).toContain('| R7 | Seven. |');
    expect(page()).toContain(
      '| R7 | [engine/seven](../libs/engine/src/seven.ts) | [engine/seven.spec](../libs/engine/src/seven.spec.ts) |',
    );
    expect(checked()).toBe('');
  });

  it('says what is not built, in part or at all, and asks no test for the latter', () => {
    rules({
      R7: { says: 'Seven.', missing: 'its half.' },
      R8: { says: 'Eight.', built: false },
      R9: { says: 'Nine.', built: false, missing: 'it is only measured.' },
    });
    expect(written()).toBe('');
    expect(page()).toContain('| R7 | Seven. **Not built yet:** its half. |');
    expect(page()).toContain('| R8 | Eight. **Not built yet.** |');
    expect(page()).toContain('| R9 | Nine. **Not built yet:** it is only measured. |');
  });

  it('is stale when a file more names a rule', () => {
    written();
    write('libs/engine/src/seventh.ts', '// by R7');
    expect(checked()).toBe('docs/rules.md is stale: node scripts/rules.mjs writes it\n');
    expect(run('--root', root, '--check').status).toBe(1);
  });

  it('refuses a rule that there is not, wherever it is named', () => {
    write('docs/guide.md', 'As R6-R8 say.');
    expect(written()).toBe(
      'R6 is named by docs/guide.md, and docs/rules.json has no such rule\n' +
        'R8 is named by docs/guide.md, and docs/rules.json has no such rule\n',
    );
  });

  it('refuses a built rule that no source or no test names', () => {
    rules({ R7: { says: 'Seven.' }, R8: { says: 'Eight.' } });
    expect(written()).toBe('R8 is built, and no source file names it\nR8 is built, and no test or scenario names it\n');
  });

  it('takes a scenario for a test of what its first comment says it checks, and of nothing else', () => {
    rules({ R7: { says: 'Seven.' }, R8: { says: 'Eight.' } });
    write('libs/engine/src/eight.ts', '/** R8. */');
    write('conformance/waits/eight.scenario.yaml', '# As R8.\n# Checks: R8\nkind: scenario\n');
    expect(written()).toBe('R8 is built, and no test or scenario names it\n');
    write('conformance/waits/eight.scenario.yaml', '# Checks: R8. Eight.\nkind: scenario\n');
    expect(written()).toBe('');
    expect(page()).toContain('[conformance/eight.scenario](../conformance/waits/eight.scenario.yaml)');
  });
});

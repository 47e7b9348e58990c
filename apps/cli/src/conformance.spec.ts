import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runScenarios } from './run-scenarios.js';

const FOLDER = fileURLToPath(new URL('../../../conformance', import.meta.url));
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.scenario.yaml'))
  .sort();
const checksOf = (path: string): string => /^# Checks: .*/.exec(readFileSync(join(FOLDER, path), 'utf8'))?.[0] ?? '';

/** The sections of the rules on how a journey runs; those on sending and deciding have their specs, and scenarios where these say more. */
const SECTIONS = ['Entry', 'Waits', 'Branches and data', 'Exits and goals', 'Living journeys'];
const rules = JSON.parse(readFileSync(fileURLToPath(new URL('../../../docs/rules.json', import.meta.url)), 'utf8')) as {
  section: string;
  rules: Record<string, { built?: false }>;
}[];
const JOURNEY_RULES = rules
  .filter(({ section }) => SECTIONS.includes(section))
  .flatMap((each) => Object.entries(each.rules))
  .filter(([, { built = true }]) => built)
  .map(([rule]) => rule);

describe('the scenarios of conformance', () => {
  it.each(FILES)(
    '%s',
    async (path) => {
      const outcomes = await runScenarios(join(FOLDER, path));
      expect(outcomes.map(({ status, message }) => ({ status, message }))).toEqual([{ status: 'passed', message: '' }]);
    },
    30_000,
  );

  it.each(FILES)('%s says which rule it checks', (path) => {
    expect(checksOf(path)).toMatch(/\bR\d+\b/);
  });

  it.each([...JOURNEY_RULES, 'R46', 'R47'])('check %s', (rule) => {
    expect(FILES.filter((path) => new RegExp(`\\b${rule}\\b`).test(checksOf(path)))).not.toEqual([]);
  });
});

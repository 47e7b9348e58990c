import { describe, expect, it } from '@jest/globals';
import { runSeeds, type SeedsOptions } from './run-seeds.js';
import { SABOTAGES } from './testing/sabotage.js';

async function run(of: Partial<SeedsOptions>): Promise<{ isFine: boolean; lines: string[] }> {
  const lines: string[] = [];
  let now = 0;
  const elapsedMs = (): number => (now += 1_500);
  const isFine = await runSeeds({ seed: 1, seeds: 3, lines: 20, elapsedMs, print: (line) => lines.push(line), ...of });
  return { isFine, lines };
}

/** Milliseconds of a test at most: a dozen worlds and more, on a machine that is busy. */
const TEST_MS_MAX = 120_000;

describe('runSeeds', () => {
  it(
    'tells how many, how fast, what happened and which faults there were',
    async () => {
      const { isFine, lines } = await run({});
      expect(isFine).toBe(true);
      expect(lines[0]).toMatch(/^3 seeds in 1\.5 s, 120 a minute; \d{3,5} steps$/);
      expect(lines[1]).toMatch(/^events in \d+, messages out \d+, faults \d+:$/);
      expect(lines.at(-1)).toBe('violations 0, in 0 seeds');
      expect(lines.slice(2, -1).every((line) => /^ {2}[a-z -]+ \d+$/.test(line))).toBe(true);
    },
    TEST_MS_MAX,
  );

  it(
    'tells each seed with its digest when asked',
    async () => {
      const { lines } = await run({ verbose: true });
      expect(lines.slice(0, 3).map((line) => line.replace(/\d+ faults/, 'n faults'))).toEqual(
        [1, 2, 3].map((seed) =>
          expect.stringMatching(new RegExp(`^seed ${seed}: \\d+ steps, n faults, digest [0-9a-f]{16}$`)),
        ),
      );
    },
    TEST_MS_MAX,
  );

  it(
    'tells of a broken rule with the seed, what happened last, and how to run it again; stops after three',
    async () => {
      const sabotage = SABOTAGES['a publication that drops a record (P3)']!;
      const { isFine, lines } = await run({ seeds: 50, sabotage });
      expect(isFine).toBe(false);
      const first = lines.findIndex((line) => line.endsWith('rule(s):'));
      expect(lines[first + 1]).toMatch(/^ {2}P3: /);
      expect(lines).toContainEqual(expect.stringMatching(/^the last 20 of its \d+ steps:$/));
      expect(lines.filter((line) => /^again: npm run sim -- --seed \d+ --verbose$/.test(line))).toHaveLength(3);
      expect(lines.at(-1)).toMatch(/^violations \d+, in 3 seeds$/);
    },
    TEST_MS_MAX,
  );
});

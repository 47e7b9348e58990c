import { describe, expect, it } from '@jest/globals';
import { simulate } from './simulate.js';
import { SABOTAGES } from './testing/sabotage.js';

const SEEDS = 20;
/** A bug that needs more seeds than this to be found is as good as not looked for. */
const FINDS_WITHIN = 40;

describe('simulate', () => {
  it(`finds no rule broken in ${SEEDS} worlds`, async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1)
      broken.push(...(await simulate(seed)).violations.map((violation) => `seed ${seed}: ${violation}`));
    expect(broken).toEqual([]);
  }, 60_000);

  it.each([7, 23])('runs seed %d the same way each time, whatever was run between', async (seed) => {
    const first = await simulate(seed);
    const other = await simulate(seed + 1);
    const second = await simulate(seed);
    expect([second.digest, second.steps]).toEqual([first.digest, first.steps]);
    expect(other.digest).not.toBe(first.digest);
    expect(first.faults).not.toEqual([]);
  });

  it.each(Object.entries(SABOTAGES))(
    'finds %s',
    async (_, sabotage) => {
      let found: string[] = [];
      for (let seed = 1; seed <= FINDS_WITHIN && found.length === 0; seed += 1)
        found = (await simulate(seed, { sabotage })).violations;
      expect(found).not.toEqual([]);
    },
    60_000,
  );
});

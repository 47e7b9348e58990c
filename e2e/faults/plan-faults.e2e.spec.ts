import { describe, expect, it } from '@jest/globals';
import { FAULT_KINDS, planFaults, roundsOfACycle, type RoundPlan } from './plan-faults.js';

const PLAN: RoundPlan = { seed: 7, round: 0, calls: 1_000, faults: 4 };

function cycle(plan: RoundPlan): string[] {
  const rounds = Array.from({ length: roundsOfACycle(plan) }, (_, round) => planFaults({ ...plan, round }));
  return rounds.flat().map(({ kind, service = '' }) => `${kind} ${service}`);
}

describe('planFaults', () => {
  it('plans the same for the same seed and round, and else something else', () => {
    expect(planFaults(PLAN)).toEqual(planFaults({ ...PLAN }));
    expect(planFaults(PLAN)).not.toEqual(planFaults({ ...PLAN, seed: 8 }));
    expect(planFaults(PLAN)).not.toEqual(planFaults({ ...PLAN, round: 1 }));
  });

  it('lets every kind come for every service within a cycle', () => {
    const cases = new Set(cycle(PLAN));
    expect(cases.size).toBe(6 * 4 + 6);
    for (const kind of FAULT_KINDS) expect([...cases].some((each) => each.startsWith(`${kind} `))).toBe(true);
  });

  it('lets them begin while there is load, the earliest first', () => {
    const instants = planFaults(PLAN).map(({ at }) => at);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    for (const at of instants) expect(at).toBeGreaterThanOrEqual(100);
    for (const at of instants) expect(at).toBeLessThan(900);
  });

  it('plans the kinds that are asked for alone, or none', () => {
    expect(new Set(cycle({ ...PLAN, only: ['redis-flush'] }))).toEqual(new Set(['redis-flush ']));
    expect(planFaults({ ...PLAN, only: [] })).toEqual([]);
  });
});

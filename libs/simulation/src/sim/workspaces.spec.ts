import { describe, expect, it } from '@jest/globals';
import { planOf, type Weather } from './plan.js';
import { checkSimWorkspace, workspaceOf } from './workspaces.js';

describe('workspaceOf', () => {
  it.each(Array.from({ length: 40 }, (_, i) => i))('workspace %d checks, in both editions', (number) => {
    const { editions, certain } = workspaceOf(number);
    const [first, second] = editions.map((files) => checkSimWorkspace(files));
    const journeys = first!.filter(({ resource }) => resource.kind === 'journey');
    expect(journeys.length).toBeGreaterThanOrEqual(2);
    expect(journeys.filter(({ resource }) => certain.has(resource.id)).length).toBe(certain.size);
    const versions = new Set(first!.map(({ version }) => version));
    const changed = second!.filter(({ version }) => !versions.has(version));
    const changing = first!
      .map(({ resource: { kind } }) => kind)
      .filter((kind) => kind === 'journey' || kind === 'segment');
    expect(changed.map(({ resource }) => resource.kind).sort()).toEqual(changing.sort());
  });

  it('is the same for the same number', () => {
    expect(workspaceOf(7)).toEqual(workspaceOf(7));
    expect(workspaceOf(47)).toEqual(workspaceOf(7));
  });

  it('refuses what the real check refuses', () => {
    expect(() => checkSimWorkspace([{ path: 'x.yaml', text: 'kind: journey\nid: x\n' }])).toThrow('x.yaml:1');
  });
});

describe('planOf', () => {
  const plans = Array.from({ length: 200 }, (_, seed) => planOf(seed));

  it('is the same for the same seed, and another for another', () => {
    expect(planOf(5)).toEqual(planOf(5));
    expect(new Set(plans.map((plan) => JSON.stringify(plan.inputs))).size).toBeGreaterThan(190);
  });

  it('has each kind of fault in some worlds and not in others', () => {
    for (const kind of Object.keys(plans[0]!.weather) as (keyof Weather)[]) {
      const having = plans.filter(({ weather }) => weather[kind] > 0).length;
      expect([kind, having > 20, having < 180]).toEqual([kind, true, true]);
    }
  });

  it('has clusters, processes that host everything, and one alone; outboxes and logs in the transaction', () => {
    const sizes = plans.map(({ processes }) => (processes.length === 1 ? 'alone' : processes[0]!.services.length));
    expect(new Set(sizes)).toEqual(new Set(['alone', 1, 4]));
    expect(new Set(plans.map(({ transactional }) => transactional)).size).toBe(2);
  });

  it('keeps a hot context of its own only where a process is alone', () => {
    for (const { processes } of plans) if (processes.some(({ ownHot }) => ownHot)) expect(processes).toHaveLength(1);
    expect(plans.some(({ sharedHot }) => sharedHot)).toBe(true);
  });
});

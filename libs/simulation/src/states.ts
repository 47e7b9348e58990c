import type { CustomerId, Json, ScenarioExpect } from '@waymark/contracts';
import { agencyFor } from '@waymark/customer-context';
import type { Ring } from './ring.js';

/** What an expected state is in truth: a mismatch as one sentence, or nothing. */
export async function stateMismatches(ring: Ring, expected: ScenarioExpect, customerOf: (name: string) => Promise<CustomerId>): Promise<string[]> {
  const found: string[] = [];
  for (const [name, journeys] of Object.entries(expected.at ?? {})) {
    for (const [journey, steps] of Object.entries(journeys)) found.push(...compare(`${name} in ${journey}`, steps, await stepsOf(ring, await customerOf(name), journey)));
  }
  for (const [name, traits] of Object.entries(expected.traits ?? {})) {
    const context = await ring.ingestion.customers.context(await customerOf(name));
    for (const [trait, value] of Object.entries(traits)) found.push(...compare(`${name}'s trait ${trait}`, value, context.traits[trait] ?? null));
  }
  for (const [name, levels] of Object.entries(expected.agency ?? {})) {
    const context = await ring.ingestion.customers.context(await customerOf(name));
    for (const [category, level] of Object.entries(levels)) found.push(...compare(`${name}'s agency for ${category}`, level, agencyFor(context, category)));
  }
  for (const [name, journeys] of Object.entries(expected.variants ?? {})) found.push(...(await variantMismatches(ring, name, await customerOf(name), journeys)));
  if (expected.decision) found.push(...(await decisionMismatches(ring, expected.decision, await customerOf(expected.decision.customer))));
  return found;
}

async function stepsOf(ring: Ring, customer: CustomerId, journey: string): Promise<string | string[]> {
  const instances = await ring.stores['journey-state'].store.instances(customer, 1_000);
  const steps = instances.filter(({ journeyId, status }) => journeyId === journey && status === 'active').map(({ step }) => step);
  if (steps.length === 0) return 'none';
  return steps.length === 1 ? steps[0]! : steps.sort();
}

async function variantMismatches(ring: Ring, name: string, customer: CustomerId, journeys: Record<string, Record<string, string>>): Promise<string[]> {
  const instances = await ring.stores['journey-state'].store.instances(customer, 1_000);
  return Object.entries(journeys).flatMap(([journey, steps]) => {
    const newest = instances.find(({ journeyId }) => journeyId === journey);
    return Object.entries(steps).flatMap(([step, variant]) => compare(`${name}'s variant at ${journey}/${step}`, variant, newest?.steps[step]?.variant ?? 'none'));
  });
}

async function decisionMismatches(ring: Ring, expected: NonNullable<ScenarioExpect['decision']>, customer: CustomerId): Promise<string[]> {
  const decisions = await ring.stores.personalization.store.decisions(customer, 1_000);
  const decision = decisions.find(({ slot }) => expected.slot === undefined || slot === expected.slot);
  if (!decision) return [`decision for ${expected.customer}: there was none`];
  const reasons = Object.fromEntries(decision.candidates.map(({ offerId, reason }) => [offerId, reason]));
  return [
    ...(expected.winner === undefined ? [] : compare('the decision’s winner', expected.winner, decision.winner ?? 'none')),
    ...(expected.strategy === undefined ? [] : compare('the decision’s strategy', expected.strategy, decision.strategy ?? 'none')),
    ...(expected.ranked === undefined ? [] : compare('the decision’s ranking', expected.ranked, decision.ranked)),
    ...Object.entries(expected.candidates ?? {}).flatMap(([offer, reason]) => compare(`candidate ${offer}`, reason, reasons[offer] ?? 'not a candidate')),
  ];
}

function compare(what: string, expected: Json, came: Json): string[] {
  const sorted = Array.isArray(expected) && Array.isArray(came) && what.includes(' in ') ? [...expected].sort() : expected;
  return JSON.stringify(sorted) === JSON.stringify(came) ? [] : [`${what}: expected ${JSON.stringify(expected)}, came ${JSON.stringify(came)}`];
}

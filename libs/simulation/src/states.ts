import type { CustomerId, Json, JsonObject, ScenarioExpect } from '@waymark/contracts';
import { agencyFor, type CustomerContext } from '@waymark/customer-context';
import type { Ring } from './ring.js';

type CustomerOf = (name: string) => Promise<CustomerId>;

/** What an expected state is in truth: a mismatch as one sentence, or nothing. */
export async function stateMismatches(ring: Ring, expected: ScenarioExpect, customerOf: CustomerOf): Promise<string[]> {
  const { at, traits, agency, segments, variants, decision } = expected;
  return [
    ...(await forEach(at, async (name, journeys) => stepMismatches(ring, name, await customerOf(name), journeys))),
    ...(await forEach(traits, async (name, wanted) =>
      traitMismatches(await ring.ingestion.customers.context(await customerOf(name)), name, wanted),
    )),
    ...(await forEach(agency, async (name, levels) =>
      agencyMismatches(await ring.ingestion.customers.context(await customerOf(name)), name, levels),
    )),
    ...(await forEach(segments, async (name, ids) =>
      compare(
        `${name}'s segments`,
        [...ids].sort(),
        (await ring.ingestion.customers.context(await customerOf(name))).segments,
      ),
    )),
    ...(await forEach(variants, async (name, journeys) =>
      variantMismatches(ring, name, await customerOf(name), journeys),
    )),
    ...(decision ? await decisionMismatches(ring, decision, await customerOf(decision.customer)) : []),
  ];
}

async function forEach<T>(
  states: Readonly<Record<string, T>> | undefined,
  check: (name: string, state: T) => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [name, state] of Object.entries(states ?? {})) found.push(...(await check(name, state)));
  return found;
}

async function stepMismatches(
  ring: Ring,
  name: string,
  customer: CustomerId,
  journeys: Record<string, string | string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [journey, steps] of Object.entries(journeys))
    found.push(...compare(`${name} in ${journey}`, steps, await stepsOf(ring, customer, journey)));
  return found;
}

function traitMismatches({ traits }: CustomerContext, name: string, wanted: JsonObject): string[] {
  return Object.entries(wanted).flatMap(([trait, value]) =>
    compare(`${name}'s trait ${trait}`, value, traits[trait] ?? null),
  );
}

function agencyMismatches(context: CustomerContext, name: string, levels: Record<string, string>): string[] {
  return Object.entries(levels).flatMap(([category, level]) =>
    compare(`${name}'s agency for ${category}`, level, agencyFor(context, category)),
  );
}

async function stepsOf(ring: Ring, customer: CustomerId, journey: string): Promise<string | string[]> {
  const instances = await ring.stores['journey-state'].store.instances(customer, 1_000);
  const steps = instances
    .filter(({ journeyId, status }) => journeyId === journey && status === 'active')
    .map(({ step }) => step);
  if (steps.length === 0) return 'none';
  return steps.length === 1 ? steps[0]! : steps.sort();
}

async function variantMismatches(
  ring: Ring,
  name: string,
  customer: CustomerId,
  journeys: Record<string, Record<string, string>>,
): Promise<string[]> {
  const instances = await ring.stores['journey-state'].store.instances(customer, 1_000);
  return Object.entries(journeys).flatMap(([journey, steps]) => {
    const newest = instances.find(({ journeyId }) => journeyId === journey);
    return Object.entries(steps).flatMap(([step, variant]) =>
      compare(`${name}'s variant at ${journey}/${step}`, variant, newest?.steps[step]?.variant ?? 'none'),
    );
  });
}

async function decisionMismatches(
  ring: Ring,
  expected: NonNullable<ScenarioExpect['decision']>,
  customer: CustomerId,
): Promise<string[]> {
  const decisions = await ring.stores.personalization.store.decisions(customer, 1_000);
  const decision = decisions.find(({ slot }) => expected.slot === undefined || slot === expected.slot);
  if (!decision) return [`decision for ${expected.customer}: there was none`];
  const reasons = Object.fromEntries(decision.candidates.map(({ offerId, reason }) => [offerId, reason]));
  return [
    ...(expected.winner === undefined
      ? []
      : compare('the decision’s winner', expected.winner, decision.winner ?? 'none')),
    ...(expected.strategy === undefined
      ? []
      : compare('the decision’s strategy', expected.strategy, decision.strategy ?? 'none')),
    ...(expected.ranked === undefined ? [] : compare('the decision’s ranking', expected.ranked, decision.ranked)),
    ...Object.entries(expected.candidates ?? {}).flatMap(([offer, reason]) =>
      compare(`candidate ${offer}`, reason, reasons[offer] ?? 'not a candidate'),
    ),
  ];
}

function compare(what: string, expected: Json, came: Json): string[] {
  const sorted =
    Array.isArray(expected) && Array.isArray(came) && what.includes(' in ') ? [...expected].sort() : expected;
  return JSON.stringify(sorted) === JSON.stringify(came)
    ? []
    : [`${what}: expected ${JSON.stringify(expected)}, came ${JSON.stringify(came)}`];
}

import { OUTCOMES, outcomeEventName, OWN_EVENTS, type CustomerEvent, type JsonObject } from '@waymark/contracts';
import fc from 'fast-check';
import type { CompiledJourney } from '../compile-journey.js';
import type { Input } from '../decide.js';
import type { Instance } from '../instance.js';
import { aCustomer, aJourney, anEvent } from './play.js';

const STEP_IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

const id = fc.constantFrom(...STEP_IDS);
const optionalId = fc.option(id, { nil: undefined });
const condition = fc.constantFrom(
  'true',
  'false',
  'customer.traits.level == "gold"',
  'customer.counters.rounds >= 2',
  'event.properties.n > entry.properties.n',
  'steps.a.matched == "one"',
  'has(steps.b.outcome)',
  'customer.traits.missing == 1',
);
const optionalCondition = fc.option(condition, { nil: undefined });
const eventName = fc.constantFrom('Page Viewed', 'Order Completed', 'Left');
const duration = fc.constantFrom('PT0S', 'PT20M', 'PT5H', 'P1D', 'P3D');
const clockTime = {
  at: fc.option(fc.constantFrom('02:30', '09:00', '23:45'), { nil: undefined }),
  weekdays: fc.option(fc.constantFrom(['mon'], ['sat', 'sun']), { nil: undefined }),
  zone: fc.option(fc.constantFrom('customer', 'America/New_York'), { nil: undefined }),
};
const stage = fc.option(fc.constantFrom('aware', 'use'), { nil: undefined });
const treatment = { next: id, suppressed: optionalId, failed: optionalId };

const step = fc.oneof(
  fc.record({
    kind: fc.constant('wait'),
    stage,
    for: fc.option(duration, { nil: undefined }),
    ...clockTime,
    whenPast: fc.constantFrom('continueNow', 'nextOccurrence', 'exit'),
    next: id,
  }),
  fc.record({
    kind: fc.constant('wait'),
    stage,
    until: fc.oneof(
      fc.constantFrom('2026-03-27T09:00:00Z', '2026-04-20T09:00:00Z'),
      fc.record({ trait: fc.constant('birthday'), offset: fc.constantFrom(undefined, 'P2D', '-P1DT3H') }),
    ),
    ...clockTime,
    whenPast: fc.constantFrom('continueNow', 'nextOccurrence', 'exit'),
    next: id,
  }),
  fc.record({
    kind: fc.constant('await'),
    stage,
    any: fc.array(
      fc.oneof(
        fc.record({ id: fc.constant('one'), event: eventName, where: optionalCondition, next: id }),
        fc.record({ id: fc.constant('two'), if: condition, next: id }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    timeout: fc.option(fc.record({ after: fc.option(duration, { nil: undefined }), ...clockTime, next: id }), {
      nil: undefined,
    }),
  }),
  fc.record({
    kind: fc.constant('branch'),
    when: fc.array(fc.record({ id: fc.constant('one'), if: condition, next: id }), { minLength: 1, maxLength: 2 }),
    default: id,
  }),
  fc.record({
    kind: fc.constant('split'),
    seed: fc.constantFrom('s', 't'),
    variants: fc.tuple(id, id).map(([one, two]) => [
      { id: 'one', weight: 1, next: one },
      { id: 'two', weight: 2, next: two },
    ]),
  }),
  fc.record({ kind: fc.constant('act'), stage, channel: fc.constant('mail'), ...treatment }),
  fc.record({
    kind: fc.constant('decide'),
    stage,
    slot: fc.constant('home'),
    offers: fc.constant({}),
    ...treatment,
    none: optionalId,
  }),
  fc.record({
    kind: fc.constant('update'),
    set: fc.constantFrom(undefined, { level: '"gold"' }, { level: 'null' }, { level: 'event.properties.none' }),
    add: fc.constantFrom(undefined, { rounds: '1' }),
    emit: fc.constantFrom(undefined, { event: 'Round Done', properties: { n: 'entry.properties.n' } }),
    next: id,
  }),
  fc.record({ kind: fc.constantFrom('goal', 'exit'), reason: fc.constantFrom(undefined, 'enough') }),
);

/** Any journey of a few steps, most of them with loops. */
export const journeys: fc.Arbitrary<CompiledJourney> = fc
  .record({
    steps: fc.tuple(...STEP_IDS.map(() => step)),
    goal: fc.option(
      fc.record({
        event: eventName,
        where: optionalCondition,
        window: fc.option(duration, { nil: undefined }),
        value: fc.constantFrom(undefined, 'event.properties.n'),
      }),
      { nil: undefined },
    ),
    exits: fc.array(
      fc.oneof(
        fc.record({ id: fc.constant('left'), event: fc.constant('Left'), where: optionalCondition }),
        fc.record({ id: fc.constant('gold'), if: condition }),
      ),
      { maxLength: 2 },
    ),
    policy: fc.record({
      maxLifetime: fc.constantFrom(undefined, 'PT0S', 'P2D', 'P10D'),
      maxStepVisits: fc.constantFrom(1, 5, 40),
    }),
  })
  .map(({ steps, ...rest }) =>
    aJourney({
      ...withoutUndefined(rest),
      steps: Object.fromEntries(STEP_IDS.map((each, i) => [each, withoutUndefined(steps[i]!)])),
    }),
  );

/** One thing that happens, after some time; what it means is known when it is the instance's turn. */
export interface Happening {
  afterMs: number;
  traits: JsonObject;
  input: (instance: Instance) => Input;
}

const event = (name: string, properties: JsonObject = {}, cause?: CustomerEvent['cause']): Input => ({
  type: 'event',
  event: anEvent(name, properties, cause && { cause }),
});

const input: fc.Arbitrary<Happening['input']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant((): Input => ({ type: 'timer' })) },
  {
    weight: 3,
    arbitrary: fc.tuple(eventName, fc.nat(5)).map(
      ([name, n]) =>
        () =>
          event(name, { n }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...OUTCOMES)
      .map((outcome) => (to: Instance) => event(outcomeEventName('smtp', outcome), { reason: 'CAP' }, causeOf(to))),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('won', 'none')
      .map((result) => (to: Instance) => event(OWN_EVENTS.decisionMade, { result, offerId: 'plus' }, causeOf(to))),
  },
  { weight: 1, arbitrary: fc.constant((to: Instance) => event(OWN_EVENTS.offerAccepted, {}, causeOf(to))) },
);

function causeOf({ id: instanceId, pending, step: stepId }: Instance): CustomerEvent['cause'] {
  return { instanceId, stepId, ...(pending && { actionId: pending.actionId }) };
}

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.nat(3_600_000), fc.nat(4 * 24 * 3_600_000)),
    traits: fc.record({
      timezone: fc.constantFrom('Europe/Paris', 'America/New_York', 'Nowhere/None'),
      level: fc.constantFrom('gold', 'none'),
      birthday: fc.constantFrom('1990-03-30', '2000-02-29', 'unknown'),
    }),
    input,
  }),
  { maxLength: 25 },
);

export const contextWith = (traits: JsonObject, version: number): ReturnType<typeof aCustomer> =>
  aCustomer({ traits, version, counters: { rounds: 0 } });

/** zod's strict objects refuse a key that is undefined in name only. */
function withoutUndefined(of: object): object {
  return JSON.parse(JSON.stringify(of)) as object;
}

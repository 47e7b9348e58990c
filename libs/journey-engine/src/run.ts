import type { ActionId, Cause, EpochMs, Journey, JsonObject, SeenEvent, StepMemory } from '@waymark/contracts';
import { type CustomerContext, own, type Scope, zoneOf, zoneOrUtc } from '@waymark/customer-context';
import type { Effect } from './effect.js';
import type { Epochs } from './epochs.js';
import type { AssignedVariant, Instance, TimerId } from './instance.js';
import type { Trace, TraceEntry } from './trace.js';

/** Everything a decision depends on beside the instance and its definition: time, ids and data are arguments. */
export interface Surroundings {
  context: CustomerContext;
  now: EpochMs;
  /** A short, collision-free id of its parts, always the same for the same parts. */
  hashId: (...parts: string[]) => string;
  /** First assignments of this customer, by `seed` (R47). */
  assignments: Readonly<Record<string, string>>;
  /** The epochs in which they were made, by seed (R24). */
  epochs: Epochs;
  /** The seeds whose variant has made a difference to her (R48). */
  exposed: ReadonlySet<string>;
  /** Events of this customer that have come before, oldest first, as far as some `await` may look back for them (R8). */
  recent: readonly SeenEvent[];
}

/** What steps may know of the journey they are in. */
export interface JourneyFrame {
  readonly id: string;
  readonly version: string;
  readonly policy: Journey['policy'];
}

/** One decision at work: the draft of the instance, and the effects and traces gathered so far. Lives for one call. */
export class Run<J extends JourneyFrame = JourneyFrame> {
  readonly journey: J;
  readonly instance: Instance;
  readonly effects: Effect[] = [];
  readonly trace: Trace[] = [];
  /** When the step that the instance leaves was completed: what occurred later is news to the steps after it (R8). */
  readonly since: EpochMs;
  #silentChange = false;
  readonly #surroundings: Surroundings;
  /** What this run has set is seen by its next steps at once. */
  #context: CustomerContext;
  /** As in what is stored, a customer has one variant of a seed from the first assignment on (R47). */
  readonly #assigned: Record<string, AssignedVariant> = {};

  constructor(journey: J, instance: Instance, surroundings: Surroundings, since: EpochMs) {
    this.journey = journey;
    this.instance = draftOf(instance);
    this.since = since;
    this.#surroundings = surroundings;
    this.#context = surroundings.context;
  }

  get now(): EpochMs {
    return this.#surroundings.now;
  }

  get nowIso(): string {
    return new Date(this.now).toISOString();
  }

  get context(): CustomerContext {
    return this.#context;
  }

  get scope(): Scope {
    const { event, entry, steps } = this.instance;
    return { customer: this.#context, event, entry, steps, now: this.now };
  }

  get recent(): readonly SeenEvent[] {
    return this.#surroundings.recent;
  }

  /** From when the step's clock runs, without the time for which it stood still. */
  get stepStart(): EpochMs {
    return Date.parse(this.instance.stepEnteredAt) + this.frozenMs;
  }

  get frozenMs(): number {
    return this.instance.frozenMs ?? 0;
  }

  /** The zone a step names, `customer` being hers; UTC when unknown. */
  zone(named: string | undefined): string {
    return zoneOrUtc(named === undefined || named === 'customer' ? zoneOf(this.#context) : named);
  }

  /** The variant that she has of a seed, if she has one. */
  knownVariant(seed: string): AssignedVariant | undefined {
    const { assignments, epochs } = this.#surroundings;
    const variant = own(assignments, seed);
    return variant === undefined ? own(this.#assigned, seed) : { variant, epoch: own(epochs, seed) ?? 1 };
  }

  /** The epoch in which she is assigned to a variant now. */
  epochOf(seed: string): number {
    return own(this.instance.epochs ?? {}, seed) ?? 1;
  }

  assign(seed: string, assigned: AssignedVariant): void {
    this.#assigned[seed] = assigned;
    this.effects.push({ type: 'assigned', seed, ...assigned });
  }

  /** R48: told once a customer, when the variant first makes a difference. */
  expose(): void {
    for (const { seed, stepId, variant, epoch = 1 } of this.instance.unexposed ?? []) {
      if (this.#surroundings.exposed.has(seed)) continue;
      this.effects.push({ type: 'exposed', seed, variant, epoch, stepId });
      this.say({ what: 'exposed', stepId, variant, epoch });
    }
    delete this.instance.unexposed;
  }

  isExposed(seed: string): boolean {
    return this.#surroundings.exposed.has(seed) || this.instance.unexposed?.some((each) => each.seed === seed) === true;
  }

  say(entry: TraceEntry): void {
    this.trace.push({ at: this.nowIso, ...entry });
  }

  remember(memory: Partial<StepMemory>): void {
    const { step, stepEnteredAt, steps } = this.instance;
    steps[step] = { ...(steps[step] ?? { at: stepEnteredAt }), ...memory };
  }

  /** A change that is worth keeping and not worth telling. */
  touch(): void {
    this.#silentChange = true;
  }

  get changed(): boolean {
    return this.#silentChange || this.trace.length > 0;
  }

  moveBy(event: SeenEvent): void {
    this.instance.event = event;
  }

  setTimer(id: TimerId, dueAt: EpochMs): void {
    this.instance.timers[id] = dueAt;
  }

  clearTimer(id: TimerId): void {
    delete this.instance.timers[id];
  }

  /** As ingestion will fold it: null removes a trait. */
  update(set: JsonObject, add: Record<string, number>): void {
    const counters = { ...this.#context.counters };
    for (const [name, by] of Object.entries(add)) counters[name] = (own(counters, name) ?? 0) + by;
    const traits = Object.entries({ ...this.#context.traits, ...set }).filter(([, value]) => value !== null);
    this.#context = { ...this.#context, traits: Object.fromEntries(traits), counters };
    this.effects.push({ type: 'traits', set, add });
  }

  /** The action of the step's current visit: its id is also the key that providers get (R42). */
  get actionId(): ActionId {
    const { id, step } = this.instance;
    return this.#surroundings.hashId('action', id, step, String(this.visit)) as ActionId;
  }

  get visit(): number {
    return this.instance.visits[this.instance.step] ?? 1;
  }

  get cause(): Cause {
    const { id, journeyId, step } = this.instance;
    return { actionId: this.actionId, instanceId: id, journeyId, stepId: step, visit: this.visit };
  }
}

/** A copy down to what a run changes in place; all else it replaces as a whole. */
function draftOf(instance: Instance): Instance {
  const { visits, steps, timers } = instance;
  return { ...instance, visits: { ...visits }, steps: { ...steps }, timers: { ...timers } };
}

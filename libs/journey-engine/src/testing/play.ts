import {
  customerEventSchema,
  customerIdSchema,
  journeySchema,
  outcomeEventName,
  type CustomerEvent,
  type Interaction,
  type JsonObject,
  type Outcome,
  type SeenEvent,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import { compileJourney, type CompiledJourney } from '../compile-journey.js';
import type { Epochs } from '../epochs.js';
import { decide, type Decision, type Input } from '../decide.js';
import { enter, NO_ENTRIES } from '../enter.js';
import { dueAtOf, type Instance } from '../instance.js';
import type { Surroundings } from '../run.js';
import type { Called } from '../step-kind.js';
import type { Trace } from '../trace.js';

/** A Wednesday. */
export const START = '2026-05-06T10:00:00.000Z';

/** A journey as the loader makes it, `Signed Up` beginning it at the first of its steps unless `of` says otherwise. */
export function aJourney(
  of: { steps: Record<string, object> } & Record<string, unknown>,
  epochs: Epochs = {},
): CompiledJourney {
  const start = Object.keys(of.steps)[0];
  const plain = { kind: 'journey', id: 'welcome', entry: { event: 'Signed Up' }, start, ...of };
  return compileJourney(journeySchema.parse(plain), 'v1', epochs);
}

export function aCustomer(of: Partial<CustomerContext> = {}): CustomerContext {
  return { ...emptyContext(customerIdSchema.parse('ada')), version: 3, ...of };
}

export function anEvent(name: string, properties: JsonObject = {}, of: Partial<CustomerEvent> = {}): CustomerEvent {
  return customerEventSchema.parse({
    schemaVersion: 1,
    type: 'track',
    messageId: `${name} ${JSON.stringify(properties)}`.slice(0, 100),
    source: 'shop',
    customerId: 'ada',
    name,
    properties,
    timestamp: START,
    receivedAt: START,
    contextVersion: 3,
    ...of,
  });
}

export function surroundingsAt(now: string, of: Partial<Surroundings> = {}): Surroundings {
  return {
    context: aCustomer(),
    now: Date.parse(now),
    hashId: (...parts) => parts.join('/'),
    assignments: {},
    epochs: {},
    recent: [],
    exposed: new Set(),
    ...of,
  };
}

/** One customer in one journey, played by hand; `last` is what the last input did. */
export class Play {
  readonly journey: CompiledJourney;
  now: number;
  context: CustomerContext;
  assignments: Record<string, string> = {};
  epochs: Record<string, number> = {};
  recent: SeenEvent[] = [];
  last: Decision;

  /** She enters; throws if she is refused. */
  constructor(
    journey: CompiledJourney,
    of: {
      now?: string;
      context?: CustomerContext;
      event?: string;
      entry?: JsonObject;
      recent?: SeenEvent[];
    } = {},
  ) {
    this.journey = journey;
    this.now = Date.parse(of.now ?? START);
    this.context = of.context ?? aCustomer();
    this.recent = of.recent ?? [];
    const entry = enter(
      journey,
      anEvent(of.event ?? 'Signed Up', of.entry),
      { ledger: NO_ENTRIES, taken: 0, state: 'running' },
      this.#surroundings,
    );
    if (!entry.entered) throw new Error(`she was refused: ${entry.reason}`);
    this.last = entry;
  }

  get instance(): Instance {
    return this.last.instance;
  }

  get interactions(): Interaction[] {
    return this.last.effects.flatMap((effect) => (effect.type === 'interaction' ? effect.interaction : []));
  }

  get due(): string | undefined {
    const due = dueAtOf(this.instance);
    return due === undefined ? undefined : new Date(due).toISOString();
  }

  /** The last input's traces of one kind. */
  traces<W extends Trace['what']>(what: W): Extract<Trace, { what: W }>[] {
    return this.last.trace.filter((trace): trace is Extract<Trace, { what: W }> => trace.what === what);
  }

  event(name: string, properties: JsonObject = {}, of: Partial<CustomerEvent> = {}): this {
    return this.#decide({ type: 'event', event: anEvent(name, properties, of) });
  }

  /** What became of the message that she waits for. */
  outcome(of: Outcome, properties: JsonObject = {}): this {
    const { actionId } = this.instance.pending ?? {};
    const cause = { actionId, instanceId: this.instance.id, stepId: this.instance.step };
    return this.event(outcomeEventName('smtp', of), properties, { cause });
  }

  /** The clock moves, nothing fires. */
  at(moment: string): this {
    this.now = Date.parse(moment);
    return this;
  }

  /** Timers are looked at now. */
  fire(): this {
    return this.#decide({ type: 'timer' });
  }

  get #surroundings(): Surroundings {
    const { context, now, assignments, epochs, recent } = this;
    return surroundingsAt(new Date(now).toISOString(), { context, assignments, epochs, recent });
  }

  /** The journey that the step has called took her in, or did not. */
  called(called: Called): this {
    const { step: stepId, visits } = this.instance;
    return this.#decide({ type: 'called', stepId, visit: visits[stepId]!, called });
  }

  #decide(input: Input): this {
    this.last = decide(this.journey, this.instance, input, this.#surroundings);
    return this;
  }
}

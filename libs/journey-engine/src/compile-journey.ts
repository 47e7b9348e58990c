import type { CustomerEvent, Journey } from '@waymark/contracts';
import {
  compileCondition,
  compileExpression,
  type Condition,
  type Duration,
  type Expression,
  parseDuration,
  upperBoundMs,
} from '@waymark/customer-context';
import type { Epochs } from './epochs.js';
import { knockOf } from './knock.js';
import type { CompiledStep } from './step-kind.js';
import { STEP_KINDS } from './steps/registry.js';

/** R10, the limit of every instance that names none. */
const LIFETIME_DEFAULT = 'P1Y';

export interface CompiledExit {
  id: string;
  event?: string;
  condition?: Condition;
}

/** One version of a journey with everything parsed once. */
export interface CompiledJourney {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly entry: {
    /** Whether an event knocks at the journey's door at all. */
    knocks: (event: CustomerEvent) => boolean;
    /** Whether `call` steps may enter it. */
    isCallable: boolean;
    where?: Condition;
    correlate?: Expression;
    reentry: Journey['entry']['reentry'];
    cap?: { limit: number; window: Duration };
  };
  readonly goal?: { event: string; where?: Condition; window?: Duration; value?: Expression };
  readonly exits: readonly CompiledExit[];
  readonly policy: Journey['policy'];
  readonly lifetime: Duration;
  readonly start: string;
  readonly steps: ReadonlyMap<string, CompiledStep>;
  /** The channels of its steps; undefined when it may choose any (R5). */
  readonly channels: ReadonlySet<string> | undefined;
  /** The events that its `await` steps wait for, and how far back, in milliseconds, one of them looks at most (R8). */
  readonly listensTo: ReadonlySet<string>;
  readonly lookBackMs: number;
  /** Of its splits, for those who enter now (R24). */
  readonly epochs: Epochs;
}

/** Compiles a journey that the workspace checks have accepted. Throws INVALID_RESOURCE for CEL that does not parse. */
export function compileJourney(journey: Journey, version: string, epochs: Epochs = {}): CompiledJourney {
  const steps = new Map(Object.entries(journey.steps).map(([id, step]) => [id, compileStep(id, step)]));
  const { entry, goal } = journey;
  return {
    id: journey.id,
    version,
    name: journey.name ?? journey.id,
    entry: {
      knocks: knockOf(journey),
      isCallable: entry.call === true,
      where: optional(entry.where, compileCondition),
      correlate: optional(entry.correlate, compileExpression),
      reentry: entry.reentry,
      cap: entry.cap && { limit: entry.cap.limit, window: parseDuration(entry.cap.window) },
    },
    goal: goal && {
      event: goal.event,
      where: optional(goal.where, compileCondition),
      window: optional(goal.window, parseDuration),
      value: optional(goal.value, compileExpression),
    },
    exits: journey.exits.map(compileExit),
    policy: journey.policy,
    lifetime: parseDuration(journey.policy.maxLifetime ?? LIFETIME_DEFAULT),
    start: journey.start,
    steps,
    listensTo: new Set([...steps.values()].flatMap(({ listensTo = [] }) => listensTo)),
    lookBackMs: Math.max(0, ...[...steps.values()].map(({ lookBack }) => (lookBack ? upperBoundMs(lookBack) : 0))),
    epochs,
    channels: [...steps.values()].some(({ anyChannel }) => anyChannel)
      ? undefined
      : new Set([...steps.values()].flatMap(({ channel }) => channel ?? [])),
  };
}

function compileStep(id: string, step: Journey['steps'][string]): CompiledStep {
  const kind = STEP_KINDS.get(step.kind);
  if (!kind) throw new RangeError(`no step kind "${step.kind}"`);
  return { ...kind.compile(id, step), id, kind: step.kind, stage: step.stage };
}

function compileExit(exit: Journey['exits'][number]): CompiledExit {
  if ('if' in exit) return { id: exit.id, condition: compileCondition(exit.if) };
  return { id: exit.id, event: exit.event, condition: optional(exit.where, compileCondition) };
}

function optional<T, R>(value: T | undefined, map: (value: T) => R): R | undefined {
  return value === undefined ? undefined : map(value);
}

import type { CustomerEvent, InstanceId, Step } from '@waymark/contracts';
import type { Run } from './run.js';
import type { Trace } from './trace.js';

/** What a step does with the instance: keeps it, sends it on, or ends it. */
export type Move = { stay: true } | { next: string } | { end: string; goal?: boolean };

export const STAY: Move = { stay: true };

/** The instance that a `call` began, or why there is none. */
export type Called = { instanceId: InstanceId } | { refused: string };

/** What an instance waits for at a step: a message asked for, a journey called, the step's timer, or at the latest the end of its life. */
export type KeptBy = 'pending' | 'called' | 'step' | 'lifetime';

/** A step of one journey version, compiled once; all its conditions are parsed. */
export interface CompiledStep {
  readonly id: string;
  readonly kind: Step['kind'];
  readonly stage: string | undefined;
  /** Whether something is done here, so that a variant makes a difference (R48), and not only waited or chosen. */
  readonly acts?: boolean;
  /** The instance arrives. */
  enter(run: Run): Move;
  /** An event of the customer, while the instance is here. */
  onEvent?(run: Run, event: CustomerEvent): Move;
  /** The step's timer is due. */
  onTimer?(run: Run): Move;
  /** What the step waits for has changed under the instance: by a migration, or as its clock stood still. */
  rearm?(run: Run): Move;
  /** What became of the instance that the step has called. */
  onCalled?(run: Run, called: Called): Move;
  /** The events it waits for, and how far back it looks for them (ISO 8601 duration): they are kept for it (R8). */
  readonly listensTo?: readonly string[];
  readonly lookBack?: string | undefined;
  /** What keeps an instance here, one of these at least; without it nobody stays. */
  readonly keptBy?: readonly KeptBy[];
  /** The channel it may use, for the consent gate (R5). */
  readonly channel?: string;
  /** Whether its channel is chosen only then. */
  readonly anyChannel?: true;
}

/**
 * A kind of step: how it is compiled, and what its traces mean. One file each, found in the registry; what may be written, and what is
 * checked, is in contracts, in a file of the same name.
 */
export interface StepKind<S extends Step = Step> {
  compile(id: string, step: S): Omit<CompiledStep, 'id' | 'kind' | 'stage'>;
  /** A sentence for a marketer, for the traces that only this kind writes. */
  words(trace: Trace): string | undefined;
  /** Which of its ways somebody took, for the traces that only this kind writes; by the `choice` of its outline where it names them. */
  choice?(trace: Trace): string | undefined;
}

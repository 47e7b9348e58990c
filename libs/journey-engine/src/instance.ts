import type { CustomerId, EpochMs, InstanceId, SeenEvent, StepMemory, ActionId } from '@waymark/contracts';
import type { Epochs } from './epochs.js';

/** What an instance waits for by the clock. */
export type TimerId = 'step' | 'lifetime' | 'conversion';

/** A variant, and the epoch of its split in which the customer was assigned to it (R24). */
export interface AssignedVariant {
  variant: string;
  epoch: number;
}

/**
 * One customer's run through one version of one journey. Plain JSON.
 *
 *   (none) --enter--> active at a step --end step, goal, exit rule, limit--> ended
 *
 * Invariants: an active instance is at exactly one step of its definition; `pending` is set exactly while that step is an
 * `act` or `decide` whose outcome is not known, `called` exactly while it is a `call` that waits for the instance it began; an
 * ended instance has no `step`, `lifetime` timer, `pending` or `called`, and keeps its `conversion` timer only while its
 * conversion window is open (R18).
 */
export interface Instance {
  id: InstanceId;
  journeyId: string;
  /** The version entered; never changes (R21). */
  version: string;
  customerId: CustomerId;
  correlationKey: string;
  /** 1 for the first instance of this journey, customer and key (R1). */
  ordinal: number;
  /** R1: may be active only while no other exclusive one of its journey, customer and key is; it may cease to be so, not become so. */
  exclusive?: true;
  /**
   * R61: whose it is though it is this customer's now, since she turned out to be her: it goes back to her when that is undone.
   * Without an ordinal it is one that hers has called since.
   */
  origin?: { customerId: CustomerId; ordinal?: number };
  status: 'active' | 'ended';
  step: string;
  /** ISO 8601. */
  enteredAt: string;
  stepEnteredAt: string;
  /** For how long, in milliseconds, the step's clock stood still while the journey was paused (R26). */
  frozenMs?: number;
  visits: Record<string, number>;
  visitsTotal: number;
  /** `of`: whom the message was asked for, where she has turned out to be this customer since (R61). */
  pending?: { actionId: ActionId; visit: number; of?: CustomerId } | undefined;
  called?: { instanceId: InstanceId } | undefined;
  /** The triggering event, frozen (R60). */
  entry: SeenEvent;
  /** The event that moved it last. */
  event: SeenEvent;
  steps: Record<string, StepMemory>;
  /** Of the splits of its version, by seed, as they were when it entered or was migrated; 1 where nothing is said (R24). */
  epochs?: Epochs;
  /** The variants that it went on by, by split: a conversion counts for each (R24). */
  variants?: Record<string, AssignedVariant>;
  /** Variants assigned here that have made no difference yet (R48). */
  unexposed?: { seed: string; stepId: string; variant: string; epoch?: number }[];
  stage?: string | undefined;
  timers: Partial<Record<TimerId, EpochMs>>;
  endedAt?: string;
  reason?: string;
  converted?: { at: string; value?: number | undefined };
}

/** Whether something can still come of an instance: it is active, or its conversion window is open (R18). */
export function isOpen({ status, timers }: Instance): boolean {
  return status === 'active' || timers.conversion !== undefined;
}

/** When something of the instance falls due by itself. */
export function dueAtOf(instance: Instance): EpochMs | undefined {
  const due = Object.values(instance.timers);
  return due.length === 0 ? undefined : Math.min(...due);
}

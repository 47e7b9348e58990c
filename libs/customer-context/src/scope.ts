import type { EpochMs, Json, SeenEvent, StepMemory } from '@waymark/contracts';
import type { CustomerContext } from './customer-context.js';

/** What conditions and templates can read: one snapshot (R14). */
export interface Scope {
  customer: CustomerContext;
  /** The event that moved the instance last. */
  event?: SeenEvent | undefined;
  /** The event that began the instance. */
  entry?: SeenEvent | undefined;
  steps: Readonly<Record<string, StepMemory>>;
  now: EpochMs;
}

/** What a condition saw: the trace that every decision keeps (R13). */
export interface Tested {
  /** The CEL text. */
  condition: string;
  result: boolean;
  /** Every path of the expression with the value it had. */
  operands: { path: string; value: Json }[];
  /** Paths that did not exist: they make a condition false, never an exception (R14). */
  missing: string[];
}

/** A compiled CEL condition. Never throws while testing. */
export interface Condition {
  readonly source: string;
  test(scope: Scope): Tested;
}

/** A compiled CEL value; `undefined` when a path is missing or the types do not fit. */
export interface Expression {
  readonly source: string;
  evaluate(scope: Scope): { value: Json | undefined; missing: string[] };
}

import { STEP_KINDS } from './steps/registry.js';
import type { Trace } from './trace.js';

/** Which way somebody took from a step where ways part; undefined for a trace that tells of something else. */
export function wayTaken(trace: Trace): { stepId: string; choice: string } | undefined {
  if (!('stepId' in trace)) return undefined;
  for (const kind of STEP_KINDS.values()) {
    const choice = kind.choice?.(trace);
    if (choice !== undefined) return { stepId: trace.stepId, choice };
  }
  return undefined;
}

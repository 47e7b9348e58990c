import type { JsonObject } from '@waymark/contracts';
import type { Tested } from '@waymark/customer-context';
import type { AssignedVariant } from './instance.js';

/** Why an instance is where it is: one entry for everything tested, chosen or done. Stored with the history (R13). */
export type Trace = { at: string } & TraceEntry;

/** History from before there were epochs names none; `again` where the instance has come by the split before. */
type AssignedTrace = {
  what: 'assigned';
  stepId: string;
  variant: string;
  epoch?: number;
  hash: number;
  sticky: boolean;
  again?: true;
};

export type TraceEntry =
  | { what: 'entered'; event: string; tested?: Tested }
  | { what: 'refused'; reason: string; detail: string; tested?: Tested }
  | { what: 'arrived'; stepId: string; kind: string; stage?: string }
  | { what: 'waiting'; stepId: string; until: string; words: string }
  | { what: 'listening'; stepId: string; options: string[]; until?: string; words?: string }
  | { what: 'matched'; stepId: string; option: string; event?: string; earlier?: true; tested?: Tested }
  | { what: 'timedOut'; stepId: string }
  | { what: 'branched'; stepId: string; chosen: string; tested: Tested[] }
  | AssignedTrace
  | { what: 'exposed'; stepId: string; variant: string; epoch?: number }
  | { what: 'requested'; stepId: string; actionId: string; channel?: string; slot?: string }
  | { what: 'decided'; stepId: string; result: string; offer?: string; strategy?: string }
  | { what: 'outcome'; stepId: string; outcome: string; reason?: string; rule?: string }
  | { what: 'responded'; stepId: string; response: string }
  | { what: 'updated'; stepId: string; set: JsonObject; add: JsonObject; emitted?: string; missing: string[] }
  | { what: 'called'; stepId: string; journey: string }
  | { what: 'notCalled'; stepId: string; journey: string; reason: string }
  | { what: 'returned'; stepId: string; journey: string; reason: string }
  | { what: 'queued'; until: string }
  /** `back`: a merge was undone. */
  | { what: 'handedOn'; to: string; back?: boolean }
  | { what: 'takenOver'; from: string; back?: boolean }
  | { what: 'migrated'; stepId: string; from: string; version: string }
  | { what: 'interrupted'; by: string; event: string; tested?: Tested }
  | { what: 'converted'; value?: number; variants?: Record<string, AssignedVariant> }
  | { what: 'ended'; reason: string; stepId: string };

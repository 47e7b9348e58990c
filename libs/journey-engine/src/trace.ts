import type { JsonObject } from '@waymark/contracts';
import type { Tested } from '@waymark/customer-context';

/** Why an instance is where it is: one entry for everything tested, chosen or done. Stored with the history (R13). */
export type Trace = { at: string } & TraceEntry;

export type TraceEntry =
  | { what: 'entered'; event: string; tested?: Tested }
  | { what: 'refused'; reason: string; detail: string; tested?: Tested }
  | { what: 'arrived'; stepId: string; kind: string; stage?: string }
  | { what: 'waiting'; stepId: string; until: string; words: string }
  | { what: 'listening'; stepId: string; options: string[]; until?: string; words?: string }
  | { what: 'matched'; stepId: string; option: string; event?: string; earlier?: true; tested?: Tested }
  | { what: 'timedOut'; stepId: string }
  | { what: 'branched'; stepId: string; chosen: string; tested: Tested[] }
  | { what: 'assigned'; stepId: string; variant: string; hash: number; sticky: boolean }
  | { what: 'exposed'; stepId: string; variant: string }
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
  | { what: 'converted'; value?: number }
  | { what: 'ended'; reason: string; stepId: string };

import type { Json } from './json.js';
import type { ServiceName } from './topics.js';

/** One line of a customer's timeline: what happened, in words a marketer understands, with the stored facts behind it. */
export interface TimelineEntry {
  /** ISO 8601 instant. */
  at: string;
  service: ServiceName;
  /** `event`, `entered`, `refused`, `step`, `ended`, `converted`, `decision`, `delivery`. */
  kind: string;
  text: string;
  /** Why, one sentence a line: conditions with their operands, candidates with their reasons. */
  because: string[];
  journeyId?: string;
  instanceId?: string;
  stepId?: string;
  actionId?: string;
  decisionId?: string;
  messageId?: string;
  /** The stored record, for machines. */
  facts: Json;
}

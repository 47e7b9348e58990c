import type { Interaction, JsonObject } from '@waymark/contracts';

/** What an instance asks the world to do; the journey-state service turns it into records. */
export type Effect =
  | { type: 'interaction'; interaction: Interaction }
  | { type: 'traits'; set: JsonObject; add: JsonObject }
  | { type: 'emit'; event: string; properties: JsonObject }
  | { type: 'stage'; stage: string }
  | { type: 'call'; journeyId: string; stepId: string; visit: number; data: JsonObject; wait: boolean }
  | { type: 'exposed'; seed: string; variant: string; epoch: number; stepId: string }
  | { type: 'assigned'; seed: string; variant: string; epoch: number };

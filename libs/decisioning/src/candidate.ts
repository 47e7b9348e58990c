import type { EpochMs, MessageClass, Strategy } from '@waymark/contracts';
import type { Scope } from '@waymark/customer-context';
import type { CompiledOffer } from './compile-offer.js';

/** What a decision is made for. */
export interface DecisionRequest {
  slot: string;
  class: MessageClass;
  /** `asked`: she asked for it (page, app, agent), so `respond` offers may answer; `journey`: nobody asked. */
  origin: 'asked' | 'journey';
  /** How many are ranked. */
  top: number;
  /** Share of exploration, 0 to 1; 0 takes the best score. */
  explore: number;
  /** Fixes every random choice (R55). */
  seed: string;
  now: EpochMs;
}

/** What the stages look at beside the offer. */
export interface DecisionScope {
  request: DecisionRequest;
  scope: Scope;
  /** When each offer was made to this customer, as far back as the longest limit. */
  madeAt: ReadonlyMap<string, readonly EpochMs[]>;
  /** Whether consent is asked for on a channel; a channel not in the map does not exist. */
  channelAsksConsent: ReadonlyMap<string, boolean>;
}

/** An offer on its way through the stages. */
export interface Survivor {
  readonly compiled: CompiledOffer;
  /** The strategy it would be made with. */
  strategy: Strategy;
  channel?: string | undefined;
}

/** Why an offer stops here, in words. */
export interface Refusal {
  reason:
    'NOT_ELIGIBLE' | 'NOT_APPLICABLE' | 'NOT_SUITABLE' | 'AGENCY' | 'CONSENT' | 'LIMIT' | 'NO_CHANNEL' | 'EXPIRED';
  because: string;
}

/** One stage of R55: lets an offer pass (perhaps changed) or says why not. Pure. */
export type Stage = (survivor: Survivor, scope: DecisionScope) => Survivor | Refusal;

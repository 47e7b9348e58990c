import type { CustomerId, Decision, DecisionId, EpochMs, Strategy } from '@waymark/contracts';
import type { BatchStore } from '../batch-store.js';

/** An offer that was made to a customer. */
export interface OfferMade {
  decisionId: DecisionId;
  customerId: CustomerId;
  offerId: string;
  strategy: Strategy;
  at: EpochMs;
  /** Until when an automatic act can be undone; absent for the others. */
  undoUntil?: EpochMs;
  undoneAt?: EpochMs;
}

export interface PersonalizationChanges {
  /** Set once: a second decision of one id, or offer of one decision, changes nothing. */
  decisions: Decision[];
  made: OfferMade[];
  /** Offers whose automatic act was undone: set once. */
  undone: { decisionId: DecisionId; offerId: string; at: EpochMs }[];
}

/** Personalization's store: decisions with all their candidates, and the offers made. */
export interface PersonalizationStore extends BatchStore<PersonalizationChanges> {
  /** Offers made to these customers since a moment. */
  offersMade(customerIds: readonly CustomerId[], since: EpochMs): Promise<OfferMade[]>;
  /** Saves a decision that was asked for synchronously and makes no action; a second time it changes nothing. */
  saveDecision(decision: Decision): Promise<void>;
  decision(id: DecisionId): Promise<Decision | undefined>;
  /** A customer's newest decisions, newest first. */
  decisions(customerId: CustomerId, limit: number): Promise<Decision[]>;
  /** Candidates counted by offer and reason. */
  candidateCounts(): Promise<{ offerId: string; reason: string; count: number }[]>;
}

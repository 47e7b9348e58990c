import type { CustomerId, Decision, DecisionId, EpochMs } from '@waymark/contracts';
import { MemoryBatchStore } from '../memory-batch-store.js';
import type { OfferMade, PersonalizationChanges, PersonalizationStore } from './personalization-store.js';

/** Personalization's store in memory. */
export class MemoryPersonalizationStore
  extends MemoryBatchStore<PersonalizationChanges>
  implements PersonalizationStore
{
  readonly #decisions = new Map<DecisionId, Decision>();
  readonly #made = new Map<string, OfferMade>();

  async offersMade(customerIds: readonly CustomerId[], since: EpochMs): Promise<OfferMade[]> {
    return [...this.#made.values()].filter(({ customerId, at }) => customerIds.includes(customerId) && at >= since);
  }

  async saveDecision(decision: Decision): Promise<void> {
    setOnce(this.#decisions, decision.decisionId, decision);
  }

  async decision(id: DecisionId): Promise<Decision | undefined> {
    return this.#decisions.get(id);
  }

  async decisions(customerId: CustomerId, limit: number): Promise<Decision[]> {
    const its = [...this.#decisions.values()].filter((decision) => decision.customerId === customerId);
    return its.sort(newestFirst).slice(0, limit);
  }

  async candidateCounts(): Promise<{ offerId: string; reason: string; count: number }[]> {
    const counts = new Map<string, { offerId: string; reason: string; count: number }>();
    for (const { candidates } of this.#decisions.values()) {
      for (const { offerId, reason } of candidates) {
        const key = `${offerId} ${reason}`;
        counts.set(key, { offerId, reason, count: (counts.get(key)?.count ?? 0) + 1 });
      }
    }
    return [...counts.values()];
  }

  protected check(): void {
    return;
  }

  protected apply({ decisions, made, undone }: PersonalizationChanges): void {
    for (const decision of decisions) setOnce(this.#decisions, decision.decisionId, decision);
    for (const offer of made) setOnce(this.#made, keyOf(offer), offer);
    for (const { at, ...which } of undone) {
      const offer = this.#made.get(keyOf(which));
      if (offer && offer.undoneAt === undefined) this.#made.set(keyOf(which), { ...offer, undoneAt: at });
    }
  }
}

function setOnce<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (!map.has(key)) map.set(key, value);
}

function newestFirst(a: Decision, b: Decision): number {
  return Date.parse(b.at) - Date.parse(a.at) || (a.decisionId < b.decisionId ? -1 : 1);
}

function keyOf({ decisionId, offerId }: { decisionId: DecisionId; offerId: string }): string {
  return `${decisionId} ${offerId}`;
}

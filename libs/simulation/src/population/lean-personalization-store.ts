import type { CustomerId, EpochMs } from '@waymark/contracts';
import { MemoryPersonalizationStore, type OfferMade, type PersonalizationChanges } from '@waymark/ports';

/** Personalization's store for a population: the offers made, as far back as their limits look; no decisions. */
export class LeanPersonalizationStore extends MemoryPersonalizationStore {
  readonly #made = new Map<CustomerId, OfferMade[]>();

  override async offersMade(customerIds: readonly CustomerId[], since: EpochMs): Promise<OfferMade[]> {
    return customerIds.flatMap((id) => {
      const kept = (this.#made.get(id) ?? []).filter(({ at }) => at >= since);
      if (kept.length > 0) this.#made.set(id, kept);
      else this.#made.delete(id);
      return kept;
    });
  }

  protected override check(): void {
    return;
  }

  protected override apply({ made, undone }: PersonalizationChanges): void {
    for (const offer of made) {
      const its = this.#made.get(offer.customerId);
      if (!its) this.#made.set(offer.customerId, [offer]);
      else if (!its.some(({ decisionId, offerId }) => decisionId === offer.decisionId && offerId === offer.offerId))
        its.push(offer);
    }
    for (const its of undone.length === 0 ? [] : this.#made.values())
      for (const offer of its) {
        const undo = undone.find(
          ({ decisionId, offerId }) => offer.decisionId === decisionId && offer.offerId === offerId,
        );
        if (undo) offer.undoneAt ??= undo.at;
      }
  }
}

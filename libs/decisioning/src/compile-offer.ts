import type { Offer } from '@waymark/contracts';
import { compileCondition, type Condition } from '@waymark/customer-context';

/** One version of an offer with its conditions parsed once. */
export interface CompiledOffer {
  readonly offer: Offer;
  readonly version: string;
  readonly eligible: Condition | undefined;
  readonly applicable: Condition | undefined;
  readonly suitable: Condition | undefined;
}

/** Throws INVALID_RESOURCE for CEL that does not parse. */
export function compileOffer(offer: Offer, version: string): CompiledOffer {
  const compile = (source: string | undefined): Condition | undefined =>
    source === undefined ? undefined : compileCondition(source);
  return {
    offer,
    version,
    eligible: compile(offer.eligible),
    applicable: compile(offer.applicable),
    suitable: compile(offer.suitable),
  };
}

import type { Condition, Tested } from '@waymark/customer-context';
import type { CompiledOffer } from '../compile-offer.js';
import type { Refusal, Stage } from '../candidate.js';

/** A stage that asks one condition of the offer; an offer without it passes. */
export function conditionStage(
  conditionOf: (offer: CompiledOffer) => Condition | undefined,
  reason: Refusal['reason'],
): Stage {
  return (survivor, { scope }) => {
    const tested = conditionOf(survivor.compiled)?.test(scope);
    return tested === undefined || tested.result ? survivor : { reason, because: sentence(tested) };
  };
}

function sentence({ condition, operands, missing }: Tested): string {
  const saw = operands.map(({ path, value }) => `${path} is ${JSON.stringify(value)}`);
  saw.push(...missing.map((path) => `there is no ${path}`));
  return `${condition} does not hold${saw.length === 0 ? '' : `: ${saw.join(', ')}`}`;
}

import type { SplitStep } from '@waymark/contracts';
import { chooseVariant, growthbookHash } from '../growthbook-hash.js';
import type { StepKind } from '../step-kind.js';

/** `split`: hashed and sticky (R46, R47): a customer who was assigned once keeps her variant, whatever the weights are now, and counts in its epoch (R24). */
export const split: StepKind<SplitStep> = {
  compile(_id, step) {
    return {
      enter(run) {
        const { seed, variants } = step;
        const { step: stepId, customerId } = run.instance;
        const hash = growthbookHash(seed, customerId);
        const known = run.knownVariant(seed);
        const kept = known && variants.find(({ id }) => id === known.variant);
        const variant = kept ?? chooseVariant(variants, hash);
        const assigned = { variant: variant.id, epoch: kept ? known.epoch : run.epochOf(seed) };
        run.remember({ variant: variant.id });
        const before = run.instance.variants?.[stepId];
        const again = before?.variant === assigned.variant && before.epoch === assigned.epoch;
        const sticky = kept !== undefined;
        run.say({ what: 'assigned', stepId, ...assigned, hash, sticky, ...(again && { again }) });
        run.instance.variants = { ...run.instance.variants, [stepId]: assigned };
        if (!kept) run.assign(seed, assigned);
        if (!run.isExposed(seed))
          run.instance.unexposed = [...(run.instance.unexposed ?? []), { seed, stepId, ...assigned }];
        return { next: variant.next };
      },
    };
  },
  words(trace) {
    if (trace.what === 'exposed') return `meets variant ${named(trace)} of the test "${trace.stepId}"`;
    if (trace.what !== 'assigned') return undefined;
    return trace.sticky ? `stays in variant ${named(trace)} of the test` : `is in variant ${named(trace)} of the test`;
  },
  choice: (trace) => (trace.what === 'assigned' ? trace.variant : undefined),
};

function named({ variant, epoch = 1 }: { variant: string; epoch?: number }): string {
  return epoch === 1 ? `"${variant}"` : `"${variant}" (epoch ${epoch})`;
}

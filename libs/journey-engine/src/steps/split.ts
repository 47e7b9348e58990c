import type { SplitStep } from '@waymark/contracts';
import { chooseVariant, growthbookHash } from '../growthbook-hash.js';
import type { StepKind } from '../step-kind.js';

/** `split`: hashed and sticky (R46, R47): a customer who was assigned once keeps her variant, whatever the weights are now. */
export const split: StepKind<SplitStep> = {
  compile(_id, step) {
    return {
      enter(run) {
        const hash = growthbookHash(step.seed, run.instance.customerId);
        const known = step.variants.find((variant) => variant.id === run.knownVariant(step.seed));
        const variant = known ?? chooseVariant(step.variants, hash);
        run.remember({ variant: variant.id });
        run.say({
          what: 'assigned',
          stepId: run.instance.step,
          variant: variant.id,
          hash,
          sticky: known !== undefined,
        });
        if (!known) run.assign(step.seed, variant.id);
        if (!run.isExposed(step.seed)) {
          const { step: stepId, unexposed = [] } = run.instance;
          run.instance.unexposed = [...unexposed, { seed: step.seed, stepId, variant: variant.id }];
        }
        return { next: variant.next };
      },
    };
  },
  words(trace) {
    if (trace.what === 'exposed') return `meets variant "${trace.variant}" of the test "${trace.stepId}"`;
    if (trace.what !== 'assigned') return undefined;
    return trace.sticky
      ? `stays in variant "${trace.variant}" of the test`
      : `is in variant "${trace.variant}" of the test`;
  },
  choice: (trace) => (trace.what === 'assigned' ? trace.variant : undefined),
};

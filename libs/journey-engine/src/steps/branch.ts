import type { BranchStep } from '@waymark/contracts';
import { compileCondition, type Tested } from '@waymark/customer-context';
import type { StepKind } from '../step-kind.js';

/** `branch`: the first condition that holds, in order; else `default`. The trace keeps every operand tested (R13). */
export const branch: StepKind<BranchStep> = {
  compile(_id, step) {
    const whens = step.when.map((when) => ({ ...when, condition: compileCondition(when.if) }));
    return {
      enter(run) {
        const tested: Tested[] = [];
        let chosen: { id: string; next: string } = { id: 'default', next: step.default };
        for (const when of whens) {
          const test = when.condition.test(run.scope);
          tested.push(test);
          if (!test.result) continue;
          chosen = when;
          break;
        }
        run.remember({ matched: chosen.id });
        run.say({ what: 'branched', stepId: run.instance.step, chosen: chosen.id, tested });
        return { next: chosen.next };
      },
    };
  },
  words(trace) {
    return trace.what === 'branched' ? `takes the branch "${trace.chosen}"` : undefined;
  },
  choice: (trace) => (trace.what === 'branched' ? trace.chosen : undefined),
};

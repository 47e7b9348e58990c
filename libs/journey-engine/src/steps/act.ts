import type { ActStep } from '@waymark/contracts';
import { moveByOutcome, outcomeWords } from '../awaited-outcome.js';
import { compileData } from '../data-values.js';
import { requestBase } from '../request-base.js';
import { STAY, type StepKind } from '../step-kind.js';

/** `act`: asks for one message and keeps the customer here until it is handed over, suppressed or failed. */
export const act: StepKind<ActStep> = {
  compile(_id, step) {
    const dataOf = compileData(step.data);
    const exits = { next: step.next, suppressed: step.suppressed ?? step.next, failed: step.failed ?? step.next };
    return {
      acts: true,
      channel: step.channel,
      keptBy: ['pending'],
      enter(run) {
        const { channel, template, content } = step;
        run.effects.push({
          type: 'interaction',
          interaction: { type: 'act', ...requestBase(run, step), channel, template, content, data: dataOf(run) },
        });
        run.say({ what: 'requested', stepId: run.instance.step, actionId: run.actionId, channel });
        run.instance.pending = { actionId: run.actionId, visit: run.visit };
        return STAY;
      },
      onEvent: (run, event) => moveByOutcome(run, event, exits),
    };
  },
  words(trace) {
    if (trace.what === 'requested' && trace.channel !== undefined) return `asks for a message by ${trace.channel}`;
    return trace.what === 'outcome' ? outcomeWords(trace) : undefined;
  },
};

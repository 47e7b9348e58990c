import { OWN_EVENTS, type CallStep } from '@waymark/contracts';
import { text } from '../awaited-outcome.js';
import { compileData } from '../data-values.js';
import { STAY, type StepKind } from '../step-kind.js';

/**
 * `call`: enters another journey with data of its own. With `wait` the instance stays until the one it began has ended; where
 * that journey takes nobody in, it goes on at once.
 */
export const call: StepKind<CallStep> = {
  compile(_id, step) {
    const { journey, wait, next } = step;
    const dataOf = compileData(step.data);
    return {
      acts: true,
      keptBy: ['called'],
      enter(run) {
        const { step: stepId } = run.instance;
        run.effects.push({ type: 'call', journeyId: journey, stepId, visit: run.visit, data: dataOf(run), wait });
        run.say({ what: 'called', stepId, journey });
        return wait ? STAY : { next };
      },
      onCalled(run, called) {
        if ('instanceId' in called) {
          run.instance.called = called;
          run.touch();
          return STAY;
        }
        run.say({ what: 'notCalled', stepId: run.instance.step, journey, reason: called.refused });
        return { next };
      },
      onEvent(run, event) {
        const { called, step: stepId } = run.instance;
        const isIts = called !== undefined && event.cause?.instanceId === called.instanceId;
        if (!isIts || event.name !== OWN_EVENTS.journeyEnded) return STAY;
        delete run.instance.called;
        const reason = text(event.properties['reason']) ?? '';
        run.remember({ outcome: reason });
        run.say({ what: 'returned', stepId, journey, reason });
        return { next };
      },
    };
  },
  words(trace) {
    if (trace.what === 'called') return `calls the journey "${trace.journey}"`;
    if (trace.what === 'notCalled') return `goes on, as "${trace.journey}" does not take her in: ${trace.reason}`;
    return trace.what === 'returned' ? `goes on, as "${trace.journey}" has ended: ${trace.reason}` : undefined;
  },
  choice: (trace) => (trace.what === 'notCalled' ? trace.reason : undefined),
};

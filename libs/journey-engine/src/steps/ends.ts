import type { ExitStep, GoalStep } from '@waymark/contracts';
import type { StepKind } from '../step-kind.js';

/** `goal`: ends the instance as a success; a conversion (R18). */
export const goal: StepKind<GoalStep> = {
  compile: (_id, step) => ({ acts: true, enter: () => ({ end: step.reason ?? 'goal', goal: true }) }),
  words: () => undefined,
};

/** `exit`: ends the instance. */
export const exit: StepKind<ExitStep> = {
  compile: (_id, step) => ({ acts: true, enter: () => ({ end: step.reason ?? 'finished' }) }),
  words: () => undefined,
};

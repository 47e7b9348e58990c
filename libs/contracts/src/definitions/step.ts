import { z } from 'zod';
import { actOutline, actStepSchema } from './steps/act.js';
import { awaitOutline, awaitStepSchema } from './steps/await.js';
import { branchOutline, branchStepSchema } from './steps/branch.js';
import { callOutline, callStepSchema } from './steps/call.js';
import { decideOutline, decideStepSchema } from './steps/decide.js';
import { endOutline, exitStepSchema, goalStepSchema } from './steps/ends.js';
import { splitOutline, splitStepSchema } from './steps/split.js';
import type { StepOutline } from './steps/step-outline.js';
import { updateOutline, updateStepSchema } from './steps/update.js';
import { waitOutline, waitStepSchema } from './steps/wait.js';

/** All kinds of steps: what may be written, in a file each. What they do is in the engine, in a file of the same name. */
export const stepSchema = z.discriminatedUnion('kind', [
  waitStepSchema,
  awaitStepSchema,
  branchStepSchema,
  splitStepSchema,
  actStepSchema,
  decideStepSchema,
  updateStepSchema,
  callStepSchema,
  goalStepSchema,
  exitStepSchema,
]);
export type Step = z.infer<typeof stepSchema>;
export type StepKind = Step['kind'];

const OUTLINES: { readonly [K in StepKind]: (step: Extract<Step, { kind: K }>) => StepOutline } = {
  wait: waitOutline,
  await: awaitOutline,
  branch: branchOutline,
  split: splitOutline,
  act: actOutline,
  decide: decideOutline,
  update: updateOutline,
  call: callOutline,
  goal: endOutline,
  exit: endOutline,
};

/** The choices that a step names, in its order. */
export function choicesOf(step: Step): string[] {
  return outlineOf(step).ways.flatMap(({ choice }) => choice ?? []);
}

/** What a step says, whatever its kind. */
export function outlineOf(step: Step): StepOutline {
  return (OUTLINES[step.kind] as (step: Step) => StepOutline)(step);
}

import type { StepKind } from '../step-kind.js';
import { act } from './act.js';
import { awaitKind } from './await.js';
import { branch } from './branch.js';
import { call } from './call.js';
import { decideKind } from './decide.js';
import { exit, goal } from './ends.js';
import { split } from './split.js';
import { update } from './update.js';
import { wait } from './wait.js';

/** All step kinds. A new one is a file beside these and a line here. */
export const STEP_KINDS: ReadonlyMap<string, StepKind> = new Map(
  [wait, awaitKind, branch, split, act, decideKind, update, call, goal, exit].map((kind) => [
    kind.kind,
    kind as StepKind,
  ]),
);

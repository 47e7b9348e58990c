import type { Step } from '@waymark/contracts';
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

/** All step kinds. A new one is a file beside these and a line here; what may be written of it is a file and a line in contracts. */
const KINDS: { readonly [K in Step['kind']]: StepKind<Extract<Step, { kind: K }>> } = {
  wait,
  await: awaitKind,
  branch,
  split,
  act,
  decide: decideKind,
  update,
  call,
  goal,
  exit,
};

export const STEP_KINDS: ReadonlyMap<string, StepKind> = new Map(Object.entries(KINDS) as [string, StepKind][]);

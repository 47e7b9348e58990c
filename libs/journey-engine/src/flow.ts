/**
 * How an instance moves: from step to step until one keeps it, or to its end. Bounded by `maxStepVisits`, so that a loop
 * that never waits ends by MAX_STEP_VISITS and not by hanging.
 */
import { SCHEMA_VERSION } from '@waymark/contracts';
import type { CompiledJourney } from './compile-journey.js';
import type { Run } from './run.js';
import type { CompiledStep, Move } from './step-kind.js';

/** A run that knows its whole journey. */
export type JourneyRun = Run<CompiledJourney>;

/** The step an instance is at. */
export function currentStep(run: JourneyRun): CompiledStep {
  const step = run.journey.steps.get(run.instance.step);
  if (!step)
    throw new RangeError(`journey ${run.journey.id} version ${run.journey.version} has no step ${run.instance.step}`);
  return step;
}

/** Follows a move, and those that come of it. */
export function follow(run: JourneyRun, first: Move): void {
  let move = first;
  while ('next' in move) move = arrive(run, move.next);
  if ('end' in move) end(run, move.end, { goal: move.goal ?? false });
}

/** Ends the instance; what it had asked for and is not handed over yet is cancelled (R15). */
export function end(run: JourneyRun, reason: string, { goal }: { goal: boolean }): void {
  const { instance } = run;
  if (goal) convert(run, undefined);
  cancelPending(run);
  delete instance.called;
  run.clearTimer('step');
  run.clearTimer('lifetime');
  if (instance.converted) run.clearTimer('conversion');
  instance.status = 'ended';
  instance.endedAt = run.nowIso;
  instance.reason = reason;
  run.say({ what: 'ended', reason, stepId: instance.step });
}

/** R18: counted once per instance, within its window. */
export function convert(run: JourneyRun, value: number | undefined): void {
  const { instance, journey } = run;
  const isClosed = journey.goal?.window !== undefined && instance.timers.conversion === undefined;
  if (instance.converted || isClosed) return;
  instance.converted = { at: run.nowIso, value };
  run.clearTimer('conversion');
  run.say({ what: 'converted', value, ...(instance.variants && { variants: { ...instance.variants } }) });
}

function arrive(run: JourneyRun, stepId: string): Move {
  const { instance } = run;
  run.clearTimer('step');
  instance.step = stepId;
  instance.stepEnteredAt = run.nowIso;
  delete instance.frozenMs;
  instance.visits[stepId] = (instance.visits[stepId] ?? 0) + 1;
  instance.visitsTotal += 1;
  if (instance.visitsTotal > run.journey.policy.maxStepVisits) return { end: 'MAX_STEP_VISITS' };
  const step = currentStep(run);
  instance.steps[stepId] = { at: run.nowIso };
  run.say({ what: 'arrived', stepId, kind: step.kind, stage: step.stage });
  if (step.stage !== undefined && step.stage !== instance.stage) {
    instance.stage = step.stage;
    run.effects.push({ type: 'stage', stage: step.stage });
  }
  if (step.acts) run.expose();
  return step.enter(run);
}

/** Takes back what was asked for and is not handed over yet (R15). */
export function cancelPending(run: JourneyRun): void {
  const { instance } = run;
  if (!instance.pending) return;
  const { actionId, of } = instance.pending;
  run.effects.push({
    type: 'interaction',
    interaction: {
      schemaVersion: SCHEMA_VERSION,
      type: 'cancel',
      actionId,
      // Behind what it takes back: where that was asked for under another id, it is in that one's partition.
      customerId: of ?? instance.customerId,
      requestedAt: run.nowIso,
      contextVersion: of === undefined ? run.context.version : 0,
      cause: run.cause,
    },
  });
  instance.pending = undefined;
}
